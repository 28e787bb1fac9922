import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import { type Random, seededRandom } from '@org/testkit'
import type { Tier } from '@org/tiered-cache'
import { filesBelow } from './directory-tree.ts'
import { type OperationPlan, operationAt } from './operation.ts'
import { openSubject, type Place, type SubjectName } from './subject.ts'
import { entryOf, foundIn } from './versioned-entry.ts'
import { WriteRecord } from './write-record.ts'

const KiB = 1024
const MiB = 1024 * KiB
const KEYS = 20_000
const SAMPLES = 40
const GROUP = 32
const BUSY_GROUPS = 16
/** Between two groups of a soak that leaves the machine to others. */
const CALM_PAUSE_MS = 25

/** `busy`: one group of operations after the other. `calm`: as many in each tick, so that it goes on beside other tests. */
export type SoakPace = 'busy' | 'calm'

/** How things stand at one moment. */
interface SoakSample {
  readonly files: number
  readonly bytes: number
  /** Held by the process after garbage collection. */
  readonly heldBytes: number
  /** Open in the process. */
  readonly descriptors: number
}

/** What a tier came to that was written far beyond its bound. */
export interface SoakOutcome {
  readonly place: Place
  readonly operations: number
  readonly rejected: number
  readonly peakBytes: number
  readonly samples: readonly SoakSample[]
  readonly complaints: readonly string[]
}

/** Writes, deletes and reads at the bound of a tier for so long. Takes `--expose-gc`. */
export async function soak(
  subject: SubjectName,
  forMs: number,
  seed: number,
  pace: SoakPace = 'busy',
): Promise<SoakOutcome> {
  const directory = mkdtempSync(join(tmpdir(), 'disk-soak-'))
  const run = new Soak({ directory, maxBytes: 8 * MiB, segmentBytes: MiB / 2 }, seededRandom(seed))
  try {
    const tier = await openSubject(subject, run.place)
    await run.fill(tier)
    for (let sample = 0; sample < SAMPLES; sample++) await run.go(tier, forMs / SAMPLES, pace)
    await tier.close?.()
    run.sample()
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
  return run
}

class Soak implements SoakOutcome {
  readonly place: Place
  operations = 0
  rejected = 0
  peakBytes = 0
  readonly samples: SoakSample[] = []
  readonly complaints: string[] = []
  readonly #random: Random
  readonly #plan: OperationPlan
  readonly #record: WriteRecord

  constructor(place: Place, random: Random) {
    this.place = place
    this.#random = random
    this.#plan = { seed: random.seed, keys: KEYS }
    this.#record = new WriteRecord(this.#plan)
  }

  /** Until three times the bound has been written: by then everything has the size that it keeps. */
  async fill(tier: Tier): Promise<void> {
    for (let bytes = 0; bytes < 3 * this.place.maxBytes; ) bytes += await this.#group(tier)
    this.operations = 0
  }

  async go(tier: Tier, forMs: number, pace: SoakPace): Promise<void> {
    const until = performance.now() + forMs
    do {
      for (let group = pace === 'busy' ? BUSY_GROUPS : 1; group > 0; group--) await this.#group(tier)
      this.#measure()
      await (pace === 'busy' ? turn() : pause(CALM_PAUSE_MS))
    } while (performance.now() < until)
    this.sample()
  }

  sample(): void {
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    const { files, bytes } = this.#measure()
    const descriptors = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0
    this.samples.push({ files, bytes, heldBytes: heapUsed + external, descriptors })
  }

  #measure(): { readonly files: number; readonly bytes: number } {
    const files = filesBelow(this.place.directory)
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    this.peakBytes = Math.max(this.peakBytes, bytes)
    return { files: files.length, bytes }
  }

  async #group(tier: Tier): Promise<number> {
    const operations = this.#record.beginUpTo(this.#record.next + GROUP - 1)
    // Some keys are read again and again, and so stay.
    const reads = Array.from({ length: GROUP }, () => this.#random.int(0, this.#random.int(0, KEYS - 1)))
    await Promise.all([
      ...operations.map(async ({ number, kind, key, bytes }) => {
        try {
          await (kind === 'set' ? tier.set(key, entryOf(key, number, bytes)) : tier.delete(key))
          this.#record.acknowledge(number)
        } catch {
          this.rejected++
        }
      }),
      ...reads.map((index) => this.#read(tier, operationAt(this.#plan, index).key)),
    ])
    this.operations += 2 * GROUP
    return operations.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  async #read(tier: Tier, key: string): Promise<void> {
    const complaint = this.#record.of(key).complaint(key, foundIn(key, await tier.get(key)), true)
    if (complaint !== undefined) this.complaints.push(complaint)
  }
}

const MOST_GROWTH = 1.1
/** In a run of seconds on a busy machine it is still warming up in the second half; a leak is found in the long run. */
const GROWTH_FLOOR = 32 * MiB
const SPARE_FILES = 8

/** What did not stay as it was, one sentence each: the bound, memory, files and descriptors. */
export function growthOf({ place, peakBytes, samples }: SoakOutcome): string[] {
  const running = samples.slice(0, -1)
  const [early, late] = [running.slice(0, running.length / 2), running.slice(running.length / 2)]
  const most = (part: readonly SoakSample[], field: keyof SoakSample): number =>
    Math.max(...part.map((sample) => sample[field]))
  const found: string[] = []
  const atMost = (what: string, is: number, limit: number): void => {
    if (is > limit) found.push(`${what}: ${is}, more than ${limit}`)
  }
  atMost('bytes on disk', peakBytes, place.maxBytes + place.segmentBytes)
  atMost('held bytes', most(late, 'heldBytes'), most(early, 'heldBytes') * MOST_GROWTH + GROWTH_FLOOR)
  atMost('files', most(samples, 'files'), 2 * (place.maxBytes / place.segmentBytes) + SPARE_FILES)
  atMost('files', most(late, 'files'), most(early, 'files') + 2)
  atMost('descriptors', most(late, 'descriptors'), most(early, 'descriptors') + 2)
  return found
}
