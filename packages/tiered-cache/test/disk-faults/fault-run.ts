import { eventually } from '@org/testkit'
import type { Tier } from '@org/tiered-cache'
import type { Fault } from './faults.ts'
import { keysOf, type OperationPlan } from './operation.ts'
import { openSubject, type SubjectName } from './subject.ts'
import { entryOf, type Found, foundIn } from './versioned-entry.ts'
import { WriteRecord } from './write-record.ts'

const MiB = 1024 ** 2
const BOUNDS = { maxBytes: 16 * MiB, segmentBytes: 128 * 1024 }
const PLAN: OperationPlan = { seed: 7, keys: 40 }
const FIRST = 120
const DURING = 300
/** So many that hardly a key is left out. */
const AGAIN = 300
const HEAL_WITHIN_MS = 8_000
/** Several segments: who goes on in a file that is gone has to notice by then. */
const FILLERS = 40
const FILLER_BYTES = 20_000

/** What became of a tier under a fault. */
export interface FaultOutcome {
  readonly rejected: number
  readonly complaints: readonly string[]
}

/** Uses a tier before, under and after a fault, and looks at what it says all the time. */
export async function faultRun(subject: SubjectName, fault: Fault): Promise<FaultOutcome> {
  const run = new FaultRun(subject, fault)
  await run.play()
  return run
}

class FaultRun implements FaultOutcome {
  rejected = 0
  readonly complaints: string[] = []
  readonly #subject: SubjectName
  readonly #fault: Fault
  readonly #record = new WriteRecord(PLAN)
  /** Keys whose last write was rejected: it may have been done or not, and nothing is promised. */
  readonly #unsure = new Set<string>()

  constructor(subject: SubjectName, fault: Fault) {
    this.#subject = subject
    this.#fault = fault
  }

  async play(): Promise<void> {
    const place = { directory: this.#fault.directory, ...BOUNDS }
    const tier = await openSubject(this.#subject, place)
    if (this.#fault.begin !== undefined) {
      await this.#write(tier, FIRST)
      await this.#look(tier, 'before', false)
      await this.#fault.begin()
    }
    await this.#write(tier, DURING)
    await this.#look(tier, 'under it', !this.#fault.reads)
    if (this.#fault.rejects && this.rejected === 0) this.complaints.push('no write was rejected: was there a fault?')
    await this.#fault.end()
    await this.#heal(tier)
    await this.#look(tier, 'after it', !this.#fault.reads)
    await this.#writeAll(tier)
    await this.#look(tier, 'written again', !this.#fault.reads)
    await tier.close?.()
    const again = await openSubject(this.#subject, place)
    await this.#look(again, 'opened again', false)
    await again.close?.()
  }

  async #write(tier: Tier, count: number): Promise<void> {
    for (const { number, kind, key, bytes } of this.#record.beginUpTo(this.#record.next + count - 1)) {
      try {
        await (kind === 'set' ? tier.set(key, entryOf(key, number, bytes)) : tier.delete(key))
        this.#record.acknowledge(number)
        this.#unsure.delete(key)
      } catch {
        this.rejected++
        this.#unsure.add(key)
      }
      this.#judge(key, foundIn(key, await tier.get(key)), 'just written', true)
    }
  }

  async #heal(tier: Tier): Promise<void> {
    try {
      await eventually(() => tier.set('healed', entryOf('healed', 1, 10)), { within: HEAL_WITHIN_MS })
    } catch (error) {
      this.complaints.push(`does not heal: ${String((error as Error).cause)}`)
    }
    for (let filler = 0; filler < FILLERS; filler++) {
      await Promise.resolve(tier.set('filler', entryOf('filler', filler, FILLER_BYTES))).catch(() => this.rejected++)
    }
  }

  async #writeAll(tier: Tier): Promise<void> {
    const before = this.rejected
    await this.#write(tier, AGAIN)
    if (this.rejected > before) this.complaints.push('rejects writes after it has healed')
  }

  async #look(tier: Tier, when: string, mayBeGone: boolean): Promise<void> {
    for (const key of keysOf(PLAN)) {
      this.#judge(key, foundIn(key, await tier.get(key)), when, mayBeGone || this.#unsure.has(key))
    }
  }

  #judge(key: string, found: Found, when: string, mayBeGone: boolean): void {
    const complaint = this.#record.of(key).complaint(key, found, mayBeGone)
    if (complaint !== undefined) this.complaints.push(`${when}: ${complaint}`)
  }
}
