import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Random, seededRandom } from '@org/testkit'
import type { Tier } from '@org/tiered-cache'
import type { TreeFile } from './directory-tree.ts'
import { IMAGE_BOUNDS, type Image } from './image.ts'
import { mutate, type MutationName } from './mutations.ts'
import { keysOf, type OperationPlan } from './operation.ts'
import { scratchFolder } from './scratch.ts'
import { openSubject, type SubjectName } from './subject.ts'
import { entryOf, type Found, foundIn } from './versioned-entry.ts'
import { WriteRecord } from './write-record.ts'

const KEYS = 40
const FIRST_OPERATIONS = 120
const STEPS = 12
/** What another process, a person or the disk may do to files that are in use. */
const NAMES: readonly MutationName[] = [
  'flipBits',
  'truncate',
  'zeroBlocks',
  'zeroTail',
  'garbage',
  'appendGarbage',
  'moveBlock',
  'swapFiles',
  'removeFile',
  'removeKind',
  'addForeign',
]

/** What became of tiers whose files were damaged while they were open. */
export interface OpenDamageOutcome {
  readonly mutations: number
  readonly hits: number
  readonly misses: number
  /** Writes that were rejected: faults, which are counted by the guard. */
  readonly rejected: number
  readonly complaints: readonly string[]
}

type Sum = { -readonly [Field in keyof OpenDamageOutcome]: OpenDamageOutcome[Field] } & {
  readonly complaints: string[]
}

/** So many rounds of a tier under use, whose files are damaged meanwhile; ends early where something is wrong. */
export async function openDamageRuns(
  subject: SubjectName,
  rounds: number,
  firstSeed: number,
): Promise<OpenDamageOutcome> {
  const sum: Sum = { mutations: 0, hits: 0, misses: 0, rejected: 0, complaints: [] }
  for (let round = 0; round < rounds && sum.complaints.length === 0; round++) {
    const directory = mkdtempSync(join(scratchFolder(), 'disk-open-damage-'))
    try {
      await new UnderDamage(subject, directory, seededRandom(firstSeed + round), sum).play()
    } catch (error) {
      sum.complaints.push(`seed ${firstSeed + round}: failed: ${error instanceof Error ? error.stack : String(error)}`)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }
  return sum
}

class UnderDamage {
  readonly #subject: SubjectName
  readonly #directory: string
  readonly #random: Random
  readonly #plan: OperationPlan
  readonly #record: WriteRecord
  readonly #sum: Sum
  /** Of files that SQLite has mapped: to cut one of them off, under any name, kills the process, which `sqliteTier` says. */
  readonly #mapped = new Set<number>()
  #doing = 'before any damage'

  constructor(subject: SubjectName, directory: string, random: Random, sum: Sum) {
    this.#subject = subject
    this.#directory = directory
    this.#random = random
    this.#plan = { seed: random.seed, keys: KEYS }
    this.#record = new WriteRecord(this.#plan)
    this.#sum = sum
  }

  async play(): Promise<void> {
    const place = { directory: this.#directory, ...IMAGE_BOUNDS }
    const tier = await openSubject(this.#subject, place)
    await this.#write(tier, FIRST_OPERATIONS)
    await this.#look(tier)
    // It begins anew once in its life.
    const steps = this.#subject === 'sqlite' ? 1 : STEPS
    for (let step = 0; step < steps; step++) {
      this.#noteMapped()
      this.#doing = mutate(this.#directory, this.#random, NO_IMAGE, NAMES, (name, file) => this.#isSpared(name, file))
      this.#sum.mutations++
      if (this.#random.chance(0.5)) await this.#write(tier, this.#random.int(1, 8))
      await this.#look(tier)
    }
    await tier.close?.()
    this.#doing += ', opened again'
    const again = await openSubject(this.#subject, place)
    await this.#look(again)
    await again.close?.()
  }

  #noteMapped(): void {
    const mapped = statSync(join(this.#directory, 'cache.sqlite-shm'), { throwIfNoEntry: false })
    if (mapped !== undefined) this.#mapped.add(mapped.ino)
  }

  #isSpared(name: MutationName, { path }: TreeFile): boolean {
    return (name === 'truncate' || name === 'swapFiles') && this.#mapped.has(statSync(path).ino)
  }

  async #write(tier: Tier, count: number): Promise<void> {
    const operations = this.#record.beginUpTo(this.#record.next + count - 1)
    await Promise.all(
      operations.map(async ({ number, kind, key, bytes }) => {
        try {
          await (kind === 'set' ? tier.set(key, entryOf(key, number, bytes)) : tier.delete(key))
          this.#record.acknowledge(number)
        } catch {
          this.#sum.rejected++
        }
      }),
    )
  }

  async #look(tier: Tier): Promise<void> {
    const found: (readonly [string, Found])[] = []
    for (const key of keysOf(this.#plan)) found.push([key, foundIn(key, await tier.get(key))])
    for (const [, each] of found) this.#sum[typeof each === 'number' ? 'hits' : 'misses']++
    const complaints = this.#record.complaints(found, true)
    this.#sum.complaints.push(...complaints.map((complaint) => `seed ${this.#plan.seed}, ${this.#doing}: ${complaint}`))
  }
}

const NO_IMAGE: Image = {
  plan: { seed: 0, keys: 0 },
  record: new WriteRecord({ seed: 0, keys: 0 }),
  isClean: false,
  files: new Map(),
  earlier: [],
}
