import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Random, seededRandom } from '@org/testkit'
import type { LifeOrder, Telling } from './kill-messages.ts'
import type { KillPool } from './kill-process.ts'
import { keysOf, type OperationPlan } from './operation.ts'
import { openSubject, type Place, type SubjectName } from './subject.ts'
import { type Found, foundIn } from './versioned-entry.ts'
import { WriteRecord } from './write-record.ts'

const KiB = 1024
const MiB = 1024 * KiB
/** In a roomy directory nothing leaves for room: all lives of one write less. */
const ROOMY_BYTES = 256 * MiB
const LIFE_BYTES = 6 * MiB
const LEAST_MS = 3
const MOST_MS = 150
const GROUP = 8

/** What became of the lives in a directory. */
export interface KillOutcome {
  readonly kills: number
  readonly acknowledged: number
  readonly complaints: readonly string[]
}

/** One directory through several lives, each ended by SIGKILL. */
export class KillDirectory {
  readonly #random: Random
  readonly #subject: SubjectName
  readonly #pool: KillPool
  readonly #plan: OperationPlan
  readonly #place: Place
  readonly #mayBeGone: boolean
  readonly #record: WriteRecord
  readonly #complaints: string[] = []
  #acknowledged = 0

  constructor(subject: SubjectName, seed: number, pool: KillPool) {
    this.#random = seededRandom(seed)
    this.#subject = subject
    this.#pool = pool
    this.#plan = { seed, keys: this.#random.pick([5, 50, 400]) }
    this.#record = new WriteRecord(this.#plan)
    this.#mayBeGone = this.#random.chance(0.4)
    const directory = mkdtempSync(join(tmpdir(), 'disk-kill-'))
    const [maxBytes, segmentBytes] = this.#mayBeGone ? [2 * MiB, 256 * KiB] : [ROOMY_BYTES, 512 * KiB]
    this.#place = { directory, maxBytes, segmentBytes }
  }

  /** Lives so many lives, and looks at what the last one left. */
  async play(lives: number): Promise<KillOutcome> {
    try {
      for (let life = 0; life < lives && this.#complaints.length === 0; life++) {
        if (this.#random.chance(0.25)) await this.#lookHere()
        await this.#life()
      }
      await this.#lookHere()
    } finally {
      rmSync(this.#place.directory, { recursive: true, force: true })
    }
    return { kills: lives, acknowledged: this.#acknowledged, complaints: this.#complaints }
  }

  async #life(): Promise<void> {
    const [afterMs, isEarly] = [LEAST_MS + this.#random.next() * (MOST_MS - LEAST_MS), this.#random.chance(0.15)]
    const order: LifeOrder = {
      subject: this.#subject,
      place: this.#place,
      plan: this.#plan,
      from: this.#record.next,
      group: this.#random.pick([1, 2, GROUP]),
      maxBytes: LIFE_BYTES,
      mayBeGone: this.#mayBeGone,
    }
    const tellings = await this.#pool.take().live(order, isEarly ? afterMs / 5 : afterMs, isEarly)
    for (const telling of tellings) this.#hear(telling, order)
  }

  #hear(telling: Telling, { from, group }: LifeOrder): void {
    if (telling.tell === 'complaint') this.#complaints.push(telling.complaint)
    else if (telling.tell === 'found') {
      this.#judge(telling.found)
      this.#record.beginUpTo(from + group - 1)
    } else {
      this.#acknowledged++
      // A group begins when all of the one before it has been acknowledged.
      this.#record.beginUpTo(telling.number + group)
      this.#record.acknowledge(telling.number)
    }
  }

  /** Looks in this process, and ends cleanly. */
  async #lookHere(): Promise<void> {
    try {
      const tier = await openSubject(this.#subject, this.#place, (warning) => this.#complaints.push(warning))
      const found = await Promise.all(
        keysOf(this.#plan).map(async (key) => [key, foundIn(key, await tier.get(key))] as const),
      )
      this.#judge(found)
      await tier.close?.()
    } catch (error) {
      this.#complaints.push(`failed: ${error instanceof Error ? error.stack : String(error)}`)
    }
  }

  #judge(found: readonly (readonly [string, Found])[]): void {
    this.#complaints.push(...this.#record.complaints(found, this.#mayBeGone))
    for (const [key, each] of found) this.#record.settle(key, each)
  }
}
