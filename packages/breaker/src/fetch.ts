import { Breaker } from './breaker.ts'
import { Bulkhead } from './bulkhead.ts'
import { type Clock, systemClock } from './clock.ts'
import type { WorkContext } from './context.ts'
import { isRefusal, RetryExhaustedError } from './errors.ts'
import { type FetchTarget, targetOf } from './fetch-target.ts'
import { HttpStatusError } from './http-status-error.ts'
import { assertCount, shown } from './option-object.ts'
import { type Pipeline, type PipelineOptions, type PipelineStats, pipeline } from './pipeline.ts'
import { BreakerRegistry } from './registry.ts'
import type { RetryOptions } from './retry.ts'
import { retryAfterMs } from './retry-after.ts'

export { HttpStatusError }

type Fetch = typeof globalThis.fetch

/** Options of {@link protectFetch}: those of a pipeline, of which each origin gets one of its own. */
export interface ProtectFetchOptions extends PipelineOptions<never> {
  /** How many origins are kept apart; of more, those idle for longest are forgotten. Default 1000. */
  readonly maxOrigins?: number | undefined
  /** Which responses count as failures. Default: the status is 429, or 500 and above. */
  readonly isFailure?: ((response: Response) => boolean) | undefined
}

/** A `fetch` that counts. */
export type ProtectedFetch = Fetch & {
  /** What the pipelines of each origin have seen, by origin (`https://api.example:8443`): those that are not forgotten yet. */
  stats(): Readonly<Record<string, PipelineStats>>
}

/**
 * A `fetch` with a pipeline per origin around it; the breaker is always there, the other parts where `options` have them.
 *
 * - A response that counts as a failure is one for breaker and retry, and is still what the caller gets: the last one, when
 *   retries end with it. Bodies of those that are retried are cancelled. Without a response the promise rejects as that of
 *   the pipeline does; a network error is the `cause` of a `RetryExhaustedError` where it was retried.
 * - Retried are GET, HEAD, OPTIONS, PUT and DELETE, and only with a body that can be sent again: no stream, and no Request
 *   that has a body. After a `Retry-After` of 429 and 503 the wait is at least that: see `retryAfter` of a retry.
 * - What `isFailure` throws is what the call rejects with: the body is cancelled, nothing is retried, and the breaker hears of a
 *   failure, as from every classifier that throws.
 * - Timeouts end with the headers of the response. Reading its body stays under the caller's own signal alone.
 * - The abort of a caller's signal counts for nobody, also where it is an `AbortSignal.timeout`: for a time limit that the
 *   breaker should hear of use `attemptTimeout`.
 * - A Breaker or Bulkhead given as an instance is one for all origins. Redirects count for the origin of the request.
 *
 * @throws TypeError or RangeError naming the option and the value.
 */
export function protectFetch(fetch: Fetch, options: ProtectFetchOptions = {}): ProtectedFetch {
  if (typeof fetch !== 'function') throw new TypeError(`fetch must be a function, got ${shown(fetch)}`)
  const origins = new Origins(options)
  // Asynchronous for its rejections: not even what is no request at all makes a `fetch` throw.
  const protectedFetch: Fetch = async (input, init) => {
    const target = targetOf(input, init)
    if (target === undefined) return fetch(input, init)
    return exchange(origins, target, (signal) => fetch(input, { ...init, signal }))
  }
  return Object.assign(protectedFetch, { stats: () => origins.stats() })
}

interface OriginPipelines {
  readonly repeating: Pipeline<never>
  readonly once: Pipeline<never>
}

/** The pipelines of each origin. They live as long as its breaker does in the registry. */
class Origins {
  readonly isFailure: (response: Response) => boolean
  readonly clock: Clock
  readonly #options: PipelineOptions<never>
  readonly #shared: Breaker | undefined
  /** Beside a shared breaker they only stand for their origins. */
  readonly #breakers: BreakerRegistry
  readonly #pipelines = new WeakMap<Breaker, OriginPipelines>()

  constructor(options: ProtectFetchOptions) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`options must be an object, got ${shown(options)}`)
    }
    const { maxOrigins = 1_000, isFailure = isFailedStatus, ...parts } = options
    const { breaker = {}, retry, clock } = parts
    assertCount('maxOrigins', maxOrigins, 1)
    if (typeof isFailure !== 'function') throw new TypeError(`isFailure must be a function, got ${shown(isFailure)}`)
    // Made to be refused here, where the options come in, rather than at the first request.
    pipeline({ ...parts, breaker })
    this.isFailure = isFailure
    this.clock = clock ?? retry?.clock ?? systemClock
    this.#options = { ...parts, retry: retry && retryOf(retry) }
    this.#shared = breaker instanceof Breaker ? breaker : undefined
    this.#breakers = new BreakerRegistry({
      max: maxOrigins,
      create: () => (breaker instanceof Breaker ? {} : { ...breaker, clock: breaker.clock ?? clock }),
    })
  }

  /** The pipeline for one request: what may not be sent twice has one without retry, around the same breaker and bulkhead. */
  pipelineFor({ origin, isRepeatable }: FetchTarget): Pipeline<never> {
    const key = this.#breakers.get(origin)
    let pipelines = this.#pipelines.get(key)
    if (pipelines === undefined) {
      pipelines = this.#make(origin, this.#shared ?? key)
      this.#pipelines.set(key, pipelines)
    }
    return isRepeatable ? pipelines.repeating : pipelines.once
  }

  stats(): Readonly<Record<string, PipelineStats>> {
    const all: Record<string, PipelineStats> = {}
    for (const [origin, key] of this.#breakers) {
      const pipelines = this.#pipelines.get(key)
      if (pipelines !== undefined) all[origin] = sum(pipelines.repeating.stats(), pipelines.once.stats())
    }
    return all
  }

  #make(origin: string, breaker: Breaker): OriginPipelines {
    const { bulkhead, clock } = this.#options
    const shared = { ...this.#options, breaker }
    if (bulkhead !== undefined && !(bulkhead instanceof Bulkhead)) {
      const name = bulkhead.name ?? origin
      shared.bulkhead = new Bulkhead({ ...bulkhead, name, clock: bulkhead.clock ?? clock })
    }
    return { repeating: pipeline(shared), once: pipeline({ ...shared, retry: undefined }) }
  }
}

/** Of two pipelines around the same breaker and bulkhead. */
function sum(one: PipelineStats, other: PipelineStats): PipelineStats {
  return {
    ...one,
    attempts: one.attempts + other.attempts,
    timeouts: one.timeouts + other.timeouts,
    fallbacks: one.fallbacks + other.fallbacks,
  }
}

/** One call, from the first attempt to the response or the error that the caller gets. */
async function exchange(
  origins: Origins,
  target: FetchTarget,
  send: (signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
  // Kept until the next attempt begins: if there is none, because the breaker has opened meanwhile, it is the answer.
  let failed: Response | undefined
  const attempt = async (context: WorkContext): Promise<Response> => {
    discard(failed)
    failed = undefined
    const signal = signalOf(context, target)
    const response = await send(signal)
    if (signal.aborted) {
      // Nobody waits for it any more, and a later attempt may be under way.
      discard(response)
      throw signal.reason
    }
    if (!isFailed(origins, target, response)) return response
    failed = response
    throw statusError(target.origin, response, origins.clock.now())
  }
  try {
    return await origins.pipelineFor(target).run(attempt, { signal: target.signal })
  } catch (error) {
    if (failed !== undefined && isAboutStatus(error)) return failed
    discard(failed)
    throw error instanceof UnjudgedError ? error.cause : error
  }
}

function isFailed({ isFailure }: Origins, { origin }: FetchTarget, response: Response): boolean {
  try {
    return isFailure(response)
  } catch (error) {
    discard(response)
    throw new UnjudgedError(origin, response.status, error)
  }
}

/** `isFailure` threw over a response: a failure for the breaker, nothing for a retry, and for the caller its `cause`. */
class UnjudgedError extends HttpStatusError {
  constructor(origin: string, status: number, cause: unknown) {
    super(origin, status, undefined)
    this.cause = cause
  }
}

/** The caller's signal is in it by itself: it also ends the reading of the body, when the context is closed long ago. */
function signalOf({ signal }: WorkContext, { signal: callers }: FetchTarget): AbortSignal {
  return callers === undefined || callers === signal ? signal : AbortSignal.any([callers, signal])
}

/** Lets go of the connection of a response that nobody will read. */
function discard(response: Response | undefined): void {
  response?.body?.cancel().catch(() => {
    // Already broken, or read by `isFailure`: either way there is nothing left to let go of.
  })
}

/** Whether the call ended because of the response, or of what our own parts made of it. */
function isAboutStatus(error: unknown): boolean {
  const last = error instanceof RetryExhaustedError ? error.cause : error
  return last instanceof HttpStatusError || isRefusal(last)
}

function statusError(origin: string, { status, headers }: Response, now: number): HttpStatusError {
  const asks = status === 429 || status === 503
  return new HttpStatusError(origin, status, asks ? retryAfterMs(headers.get('retry-after'), now) : undefined)
}

function retryOf({ shouldRetry, retryAfter = askedWait, ...retry }: RetryOptions): RetryOptions {
  const isWorthIt: RetryOptions['shouldRetry'] = (error, attempt) =>
    !(error instanceof UnjudgedError) && (shouldRetry === undefined || shouldRetry(error, attempt))
  return { ...retry, retryAfter, shouldRetry: isWorthIt }
}

function askedWait(error: unknown): number | undefined {
  return error instanceof HttpStatusError ? error.retryAfterMs : undefined
}

function isFailedStatus({ status }: Response): boolean {
  return status === 429 || status >= 500
}
