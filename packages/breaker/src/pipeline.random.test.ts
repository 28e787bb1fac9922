import { getEventListeners } from 'node:events'
import { type Gate, gate, type Random, seededRandom, testSeed } from '@org/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Breaker } from './breaker.ts'
import type { BreakerOptions } from './breaker-options.ts'
import { Bulkhead, type BulkheadOptions } from './bulkhead.ts'
import type { Work, WorkContext } from './context.ts'
import { BreakerOpenError, BulkheadFullError, RetryExhaustedError, TimeoutError } from './errors.ts'
import { type Pipeline, type PipelineOptions, pipeline } from './pipeline.ts'
import type { RetryOptions } from './retry.ts'
import { ManualClock } from './testing/manual-clock.ts'

const RUNS = 2_500
const FALLBACK = 'instead'

/** One random pipeline with everything that happens to it. */
interface Run {
  readonly random: Random
  readonly clock: ManualClock
  readonly options: PipelineOptions<string>
  readonly breaker: Breaker | undefined
  readonly bulkhead: Bulkhead | undefined
  readonly pipeline: Pipeline<string>
  readonly shared: AbortController
  readonly callers: AbortController[]
  readonly calls: Call[]
  readonly gates: Gate<string>[]
  /** Whether a place in the bulkhead is held until its work has settled. */
  readonly keepsPlaces: boolean
  running: number
  mostRunning: number
}

interface Call {
  settled: number
  value?: unknown
  error?: unknown
  runs: number
}

function beginRun(seed: number): Run {
  const random = seededRandom(seed)
  const clock = new ManualClock()
  const maybe = <T>(make: () => T): T | undefined => (random.chance(0.7) ? make() : undefined)
  const breaker = maybe(() => new Breaker(breakerOptions(random, clock)))
  const release = random.pick(['settle', 'timeout'] as const)
  const bulkhead = maybe(() => new Bulkhead({ ...bulkheadOptions(random), release, clock }))
  const options: PipelineOptions<string> = {
    fallback: random.chance(0.3) ? FALLBACK : undefined,
    totalTimeout: maybe(() => random.pick([50, 500, 5_000])),
    retry: maybe(() => retryOptions(random)),
    breaker,
    bulkhead,
    attemptTimeout: maybe(() => random.pick([10, 100, 1_000])),
    clock,
  }
  const all = pipeline<string>(options)
  const shared = new AbortController()
  const begun = { callers: [], calls: [], gates: [], running: 0, mostRunning: 0 }
  const keepsPlaces = release === 'settle'
  return { random, clock, options, breaker, bulkhead, pipeline: all, shared, keepsPlaces, ...begun }
}

function breakerOptions(random: Random, clock: ManualClock): BreakerOptions {
  return {
    consecutiveFailures: random.pick([1, 2, 5]),
    openFor: random.pick([0, 30, 1_000]),
    // A permit that is not handed back holds it half-open for ever.
    halfOpen: {
      permits: random.int(1, 3),
      successes: random.int(1, 2),
      rampUp: random.pick([0, 100]),
      permitTimeout: Infinity,
    },
    failureRate: random.chance(0.3) ? { rate: 0.5, minCalls: 4, window: { duration: 1_000 } } : undefined,
    clock,
  }
}

function bulkheadOptions(random: Random): BulkheadOptions {
  return {
    maxConcurrent: random.int(1, 3),
    maxQueue: random.int(0, 3),
    queueTimeout: random.pick([Infinity, 20, 300]),
  }
}

function retryOptions(random: Random): RetryOptions {
  return {
    maxAttempts: random.int(1, 4),
    delay: random.pick([0, 10, 100]),
    jitter: random.pick(['full', 'decorrelated', 'none'] as const),
    maxElapsed: random.pick([50, 1_000, 30_000]),
    budget: random.chance(0.2) ? { ratio: 0.5, minPerSecond: 0.1 } : undefined,
  }
}

/** Work that succeeds, throws, fails, waits for its gate, or hears of its abort; counted while it runs. */
function randomWork(run: Run, call: Call): Work<string> {
  const { random } = run
  return (context) => {
    call.runs++
    if (random.chance(0.1)) throw new Error('thrown')
    if (random.chance(0.2)) return 'at once'
    run.running++
    run.mostRunning = Math.max(run.mostRunning, run.running)
    return openEnded(run, context).finally(() => run.running--)
  }
}

function openEnded(run: Run, { signal }: WorkContext): Promise<string> {
  const own = gate<string>()
  run.gates.push(own)
  if (!run.random.chance(0.4)) return own.promise
  const onAbort = (): void => own.fail(signal.reason)
  signal.addEventListener('abort', onAbort)
  return own.promise.finally(() => signal.removeEventListener('abort', onAbort))
}

function begin(run: Run): void {
  const { random } = run
  const made: Call = { settled: 0, runs: 0 }
  const caller = random.chance(0.5) ? run.shared : new AbortController()
  run.callers.push(caller)
  run.calls.push(made)
  const options = random.chance(0.7) ? { signal: caller.signal } : undefined
  run.pipeline.run(randomWork(run, made), options).then(
    (value) => Object.assign(made, { value, settled: made.settled + 1 }),
    (error: unknown) => Object.assign(made, { error, settled: made.settled + 1 }),
  )
}

async function step(run: Run): Promise<void> {
  const { random, clock, gates, callers } = run
  const choice = random.next()
  if (choice < 0.4) begin(run)
  else if (choice < 0.65 && gates.length > 0) settle(random, random.pick(gates))
  else if (choice < 0.75 && callers.length > 0) random.pick(callers).abort(new Error('caller left'))
  else if (choice < 0.77) run.breaker?.reset()
  else if (choice < 0.79) run.breaker?.isolate()[Symbol.dispose]()
  else await clock.advance(random.pick([0, 1, 10, 100, 1_000]))
}

function settle(random: Random, one: Gate<string>): void {
  if (random.chance(0.5)) one.open('done')
  else one.fail(new Error('failed'))
}

/** Lets all work end, also what retries still begin. */
async function end(run: Run): Promise<void> {
  for (let round = 0; round < 40; round++) {
    for (const one of run.gates.splice(0)) settle(run.random, one)
    await run.clock.advance('40s')
  }
}

async function check(run: Run): Promise<void> {
  const { breaker, bulkhead, clock, options, shared, callers, running } = run
  expect(running).toBe(0)
  expect(clock.pendingTimers).toBe(0)
  for (const one of run.calls) checkCall(one, options)
  for (const { signal } of [shared, ...callers]) expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  if (bulkhead !== undefined) expect(bulkhead.stats()).toMatchObject({ active: 0, queued: 0, zombies: 0 })
  // Released when its work has settled, a place is never taken twice, whatever is cut off or retried.
  if (run.keepsPlaces) expect(run.mostRunning).toBeLessThanOrEqual(bulkhead?.stats().maxConcurrent ?? Infinity)
  if (breaker !== undefined) await checkRecovery(breaker, clock)
}

function checkCall(one: Call, options: PipelineOptions<string>): void {
  expect(one.settled).toBe(1)
  expect(one.runs).toBeLessThanOrEqual(options.retry?.maxAttempts ?? 1)
  if (options.fallback !== undefined) expect(one.error).toBeUndefined()
  else if (one.error !== undefined) expect(isKnown(one.error)).toBe(true)
}

function isKnown(error: unknown): boolean {
  if ([BreakerOpenError, BulkheadFullError, RetryExhaustedError, TimeoutError].some((one) => error instanceof one)) {
    return true
  }
  return error instanceof Error && ['thrown', 'failed', 'caller left'].includes(error.message)
}

/** Every permit came back: a breaker that is left alone for long enough lets calls through, and closes. */
async function checkRecovery(breaker: Breaker, clock: ManualClock): Promise<void> {
  for (let probe = 0; probe < 3; probe++) {
    await clock.advance('2s')
    const permit = breaker.tryAcquire()
    expect(permit).not.toBe(0)
    breaker.success(permit)
  }
  expect(breaker.state).toBe('closed')
}

describe('a random pipeline', () => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  beforeAll(() => void process.on('unhandledRejection', note))
  afterAll(() => void process.off('unhandledRejection', note))

  const seed = testSeed()
  it(`settles every call once and leaves nothing behind (seed ${seed}, ${RUNS} runs)`, async () => {
    for (let number = 0; number < RUNS; number++) {
      const run = beginRun(seed + number)
      const steps = run.random.int(1, 30)
      for (let at = 0; at < steps; at++) await step(run)
      await end(run)
      try {
        await check(run)
        expect(unhandled).toEqual([])
      } catch (error) {
        throw new Error(`run ${number}: TEST_SEED=${seed + number} shows it at once`, { cause: error })
      }
    }
  }, 60_000)
})
