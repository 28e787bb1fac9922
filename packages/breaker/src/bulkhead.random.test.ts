import { type Gate, gate, type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Bulkhead, type BulkheadStats } from './bulkhead.ts'
import type { CallContext } from './context.ts'
import { BulkheadFullError, TimeoutError } from './errors.ts'
import { ManualClock } from './testing/manual-clock.ts'

const RUNS = 60
const STEPS = 200

interface Limits {
  readonly maxConcurrent: number
  readonly maxQueue: number
  readonly queueTimeout: number
  readonly release: 'settle' | 'timeout'
}

/** `cut`: rejected by a hard timeout, while its work goes on. */
type Stage = 'queued' | 'running' | 'cut' | 'over'

interface ModelCall {
  readonly id: number
  readonly priority: number
  readonly deadline: number
  readonly caller: AbortController | undefined
  readonly result: Gate<string>
  readonly work: Gate<string>
  context: CallContext | undefined
  stage: Stage
  expected: unknown
  readonly seen: unknown[]
}

/** Calls in plain lists that are searched from end to end: slow, and plainly right. */
class Model {
  readonly limits: Limits
  readonly calls: ModelCall[] = []
  readonly started: number[] = []
  now = 0
  refused = 0

  constructor(limits: Limits) {
    this.limits = limits
  }

  in(stage: Stage): ModelCall[] {
    return this.calls.filter((call) => call.stage === stage)
  }

  get zombies(): number {
    return this.in('cut').length + this.in('running').filter((call) => call.caller?.signal.aborted).length
  }

  get active(): number {
    const held = this.in('running').length + this.in('cut').length
    return this.limits.release === 'settle' ? held : held - this.zombies
  }

  accept(call: ModelCall): void {
    this.calls.push(call)
    const isFull = this.active === this.limits.maxConcurrent && this.in('queued').length - 1 === this.limits.maxQueue
    if (isFull) {
      this.refused++
      this.end(call, 'refused')
    }
    this.fill()
  }

  end(call: ModelCall, outcome: unknown): void {
    call.stage = 'over'
    call.expected ??= outcome
  }

  fill(): void {
    while (this.active < this.limits.maxConcurrent && this.in('queued').length > 0) {
      const next = this.in('queued').toSorted((a, b) => b.priority - a.priority || a.id - b.id)[0]!
      next.stage = 'running'
      this.started.push(next.id)
    }
  }

  advance(ms: number): void {
    this.now += ms
    for (const call of this.in('queued')) {
      if (call.deadline > this.now) continue
      this.refused++
      this.end(call, 'timed out')
    }
  }

  stats(): BulkheadStats {
    const { maxConcurrent, maxQueue } = this.limits
    const { active, zombies, refused } = this
    return { active, maxConcurrent, queued: this.in('queued').length, maxQueue, zombies, refused }
  }
}

class Rig {
  readonly #random: Random
  readonly #clock = new ManualClock()
  readonly #model: Model
  readonly #bulkhead: Bulkhead
  readonly #callers: AbortController[] = []
  readonly #started: number[] = []
  readonly #acts = [
    () => this.#call(),
    () => this.#call(),
    () => this.#settle(),
    () => this.#cut(),
    () => this.#endCut(),
    () => this.#abort(),
  ]

  constructor(random: Random) {
    this.#random = random
    const limits: Limits = {
      maxConcurrent: random.int(1, 4),
      maxQueue: random.int(0, 8),
      queueTimeout: random.pick([Infinity, 40]),
      release: random.pick(['settle', 'timeout']),
    }
    this.#model = new Model(limits)
    this.#bulkhead = new Bulkhead({ ...limits, clock: this.#clock })
  }

  async step(): Promise<void> {
    if (this.#random.chance(0.2)) await this.#advance(this.#random.int(1, 15))
    else this.#random.pick(this.#acts)()
    await this.check()
  }

  async check(): Promise<void> {
    await this.#clock.advance(0)
    const stats = this.#bulkhead.stats()
    expect(stats).toEqual(this.#model.stats())
    expect(stats.active).toBeLessThanOrEqual(stats.maxConcurrent)
    expect(stats.queued).toBeLessThanOrEqual(stats.maxQueue)
    expect(this.#started).toEqual(this.#model.started)
    for (const call of this.#model.calls) {
      expect(call.seen, `call ${call.id}`).toEqual(call.expected === undefined ? [] : [call.expected])
    }
  }

  /** Settles all that still runs. */
  async finish(): Promise<void> {
    while (this.#model.in('running').length + this.#model.in('cut').length > 0) {
      this.#settle()
      this.#endCut()
      await this.check()
    }
    expect(this.#bulkhead.stats()).toMatchObject({ active: 0, queued: 0, zombies: 0 })
    expect(this.#clock.pendingTimers).toBe(0)
    expect(this.#model.calls.every(({ seen }) => seen.length === 1)).toBe(true)
  }

  #call(): void {
    const call: ModelCall = {
      id: this.#model.calls.length,
      priority: this.#random.pick([0, 0, 0, 5, -1, 0.5]),
      deadline: this.#model.now + this.#model.limits.queueTimeout,
      caller: this.#caller(),
      result: gate(),
      work: gate(),
      context: undefined,
      stage: 'queued',
      expected: undefined,
      seen: [],
    }
    this.#model.accept(call)
    this.#run(call)
  }

  /** Some calls have no signal, and some share one. */
  #caller(): AbortController | undefined {
    const live = this.#callers.filter(({ signal }) => !signal.aborted)
    if (live.length > 0 && this.#random.chance(0.4)) return this.#random.pick(live)
    if (this.#random.chance(0.4)) return undefined
    const caller = new AbortController()
    this.#callers.push(caller)
    return caller
  }

  #run(call: ModelCall): void {
    const work = (context: unknown): Promise<string> => {
      this.#started.push(call.id)
      call.context = context as CallContext
      return call.result.promise
    }
    const options = { signal: call.caller?.signal, priority: call.priority }
    const answer = this.#random.chance(0.3)
      ? this.#bulkhead.run(work, { ...options, fallback: wordOf })
      : this.#bulkhead.run(work, options)
    answer.then(
      (value) => call.seen.push(value),
      (error: unknown) => call.seen.push(wordOf(error)),
    )
  }

  #settle(): void {
    const running = this.#model.in('running')
    if (running.length === 0) return
    const call = this.#random.pick(running)
    const outcome = this.#random.pick(['done', 'failed'])
    if (outcome === 'done') call.result.open(outcome)
    else call.result.fail(outcome)
    this.#model.end(call, outcome)
    this.#model.fill()
  }

  /** As a hard timeout inside does: the result is an error, the work goes on. */
  #cut(): void {
    const running = this.#model.in('running')
    if (running.length === 0) return
    const call = this.#random.pick(running)
    call.context?.linger(call.work.promise)
    call.result.fail('cut')
    call.expected = 'cut'
    call.stage = 'cut'
    this.#model.fill()
  }

  #endCut(): void {
    const cut = this.#model.in('cut')
    if (cut.length === 0) return
    const call = this.#random.pick(cut)
    if (this.#random.chance(0.5)) call.work.open('late')
    else call.work.fail('late')
    this.#model.end(call, 'cut')
    this.#model.fill()
  }

  #abort(): void {
    const live = this.#callers.filter(({ signal }) => !signal.aborted)
    if (live.length === 0) return
    const caller = this.#random.pick(live)
    caller.abort('aborted')
    for (const call of this.#model.in('queued')) if (call.caller === caller) this.#model.end(call, 'aborted')
    this.#model.fill()
  }

  async #advance(ms: number): Promise<void> {
    this.#model.advance(ms)
    await this.#clock.advance(ms)
  }
}

function wordOf(error: unknown): string {
  if (error instanceof BulkheadFullError) return 'refused'
  return error instanceof TimeoutError && error.scope === 'queue' ? 'timed out' : String(error)
}

describe('Bulkhead against a model of plain lists', () => {
  const seed = testSeed()

  it(`agrees after each of ${RUNS * STEPS} random steps (seed ${seed})`, { timeout: 60_000 }, async () => {
    for (let run = 0; run < RUNS; run++) {
      const rig = new Rig(seededRandom(seed + run))
      for (let step = 0; step < STEPS; step++) await rig.step()
      await rig.finish()
    }
  })
})
