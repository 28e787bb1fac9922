import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type Random, seededRandom } from '@org/testkit'
import { filesBelow } from './directory-tree.ts'
import type { OperationPlan } from './operation.ts'
import { scratchFolder } from './scratch.ts'
import { openSubject, type SubjectName } from './subject.ts'
import { entryOf } from './versioned-entry.ts'
import { WriteRecord } from './write-record.ts'

const MiB = 1024 ** 2
export const IMAGE_BOUNDS = { maxBytes: 16 * MiB, segmentBytes: 128 * 1024 } as const
const KEYS = 60
const LIVES = 3
const OPERATIONS = 90

/** The files of a directory after some lives of a tier, and what the tier had acknowledged by then. */
export interface Image {
  readonly plan: OperationPlan
  readonly record: WriteRecord
  /** Whether the last life was closed: then nothing is missing in the files, and nothing may be taken for it. */
  readonly isClean: boolean
  /** By path, as they are at the end. */
  readonly files: ReadonlyMap<string, Buffer>
  /** As files were at some time before, where they were another one. */
  readonly earlier: readonly (readonly [string, Buffer])[]
}

/** Lets a tier live several lives over overwritten and deleted keys. */
export async function makeImage(subject: SubjectName, seed: number): Promise<Image> {
  const random = seededRandom(seed)
  const directory = mkdtempSync(join(scratchFolder(), 'disk-image-'))
  try {
    return await liveAll(subject, directory, random)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function liveAll(subject: SubjectName, directory: string, random: Random): Promise<Image> {
  const plan: OperationPlan = { seed: random.seed, keys: KEYS }
  const record = new WriteRecord(plan)
  const isClean = random.chance(0.75)
  const earlier: (readonly [string, Buffer])[] = []
  const place = { directory, ...IMAGE_BOUNDS }
  for (let life = 0; ; life++) {
    const tier = await openSubject(subject, place)
    for (const half of [1, 2]) {
      for (const { number, kind, key, bytes } of record.beginUpTo(record.next + OPERATIONS / 2 - 1)) {
        await (kind === 'set' ? tier.set(key, entryOf(key, number, bytes)) : tier.delete(key))
        record.acknowledge(number)
      }
      const files = readFiles(directory)
      if (life === LIVES - 1 && half === 2 && !isClean) {
        await tier.close?.()
        return { plan, record, isClean, files, earlier: others(earlier, files) }
      }
      earlier.push(...files)
    }
    await tier.close?.()
    const files = readFiles(directory)
    if (life === LIVES - 1) return { plan, record, isClean, files, earlier: others(earlier, files) }
    earlier.push(...files)
  }
}

function readFiles(directory: string): Map<string, Buffer> {
  return new Map(filesBelow(directory).map(({ path }) => [relative(directory, path), readFileSync(path)]))
}

function others(
  earlier: readonly (readonly [string, Buffer])[],
  files: ReadonlyMap<string, Buffer>,
): (readonly [string, Buffer])[] {
  return earlier.filter(([path, bytes]) => files.get(path)?.equals(bytes) !== true)
}

/** Puts the files of an image into a directory of their own. */
export function lay(image: Image, directory: string): void {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  for (const [path, bytes] of image.files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true, mode: 0o700 })
    writeFileSync(join(directory, path), bytes, { mode: 0o600 })
  }
}
