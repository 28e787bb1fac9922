/** What a random breaker is made with, in plain milliseconds. */
export interface ReferenceOptions {
  readonly consecutiveFailures: number
  readonly failureRate: { readonly rate: number; readonly minCalls: number; readonly calls: number } | undefined
  readonly slowRate:
    | { readonly rate: number; readonly minCalls: number; readonly durationMs: number; readonly slowerThanMs: number }
    | undefined
  readonly openForMs: number
  readonly permits: number
  readonly successes: number
  readonly permitTimeoutMs: number
}

export type ReferenceState = 'closed' | 'open' | 'half-open' | 'isolated' | 'disabled'

/** One call of the reference: when and in which generation it began. */
export interface ReferenceCall {
  readonly generation: number
  readonly begunAt: number
  isOver: boolean
}

interface Seen {
  readonly at: number
  readonly failed: boolean
  readonly slow: boolean
}

/**
 * A breaker written down as plainly as can be: lists instead of rings, everything looked at anew each time. Slow, and meant to
 * be right by reading.
 */
export class ReferenceBreaker {
  readonly options: ReferenceOptions
  state: ReferenceState = 'closed'
  generation = 0
  openUntil = 0
  isolations = 0
  /** The calls of this half-open period that still run. */
  probes: ReferenceCall[] = []
  probeSuccesses = 0
  seen: Seen[] = []

  constructor(options: ReferenceOptions) {
    this.options = options
  }

  tryAcquire(now: number): ReferenceCall | undefined {
    const hung = this.probes.some((probe) => now - probe.begunAt >= this.options.permitTimeoutMs)
    if (this.state === 'half-open' && hung) this.#open(now)
    if (this.state === 'open' && now >= this.openUntil) this.#become('half-open')
    if (this.state === 'open' || this.state === 'isolated') return undefined
    if (this.state === 'half-open' && this.probes.length === this.options.permits) return undefined
    const call = { generation: this.generation, begunAt: now, isOver: false }
    if (this.state === 'half-open') this.probes.push(call)
    return call
  }

  /** Whether the result counted. */
  ended(call: ReferenceCall, outcome: 'success' | 'failure' | 'ignored', now: number): boolean {
    if (call.generation !== this.generation || this.state === 'open' || this.state === 'isolated') return false
    if (this.state === 'disabled') return true
    if (this.state === 'half-open') {
      this.probes = this.probes.filter((probe) => probe !== call)
      const isLate = now - call.begunAt >= this.options.permitTimeoutMs
      const isSlow = outcome !== 'ignored' && this.#isSlow(call, now)
      if (outcome === 'failure' || isLate || isSlow) this.#open(now)
      else if (outcome === 'success' && ++this.probeSuccesses === this.options.successes) this.#become('closed')
      return true
    }
    if (outcome === 'ignored') return true
    const slow = this.#isSlow(call, now)
    this.seen.push({ at: now, failed: outcome === 'failure', slow })
    if (this.#isTripped(now)) this.#open(now)
    return true
  }

  isolate(): void {
    this.isolations++
    if (this.state !== 'isolated') this.#become('isolated')
  }

  release(): void {
    if (--this.isolations === 0) this.#become('closed')
  }

  disable(): void {
    this.isolations = 0
    if (this.state !== 'disabled') this.#become('disabled')
  }

  reset(): void {
    this.isolations = 0
    this.#become('closed')
  }

  #isSlow(call: ReferenceCall, now: number): boolean {
    return this.options.slowRate !== undefined && now - call.begunAt > this.options.slowRate.slowerThanMs
  }

  #isTripped(now: number): boolean {
    const { consecutiveFailures, failureRate, slowRate } = this.options
    const newest = this.seen.slice(-consecutiveFailures)
    if (newest.length >= consecutiveFailures && newest.every((one) => one.failed)) return true
    if (failureRate !== undefined) {
      const window = this.seen.slice(-failureRate.calls)
      const failed = window.filter((one) => one.failed).length
      if (window.length >= failureRate.minCalls && failed / window.length >= failureRate.rate) return true
    }
    if (slowRate === undefined) return false
    const bucketMs = slowRate.durationMs / 10
    const oldest = Math.floor(now / bucketMs) - 9
    const window = this.seen.filter((one) => Math.floor(one.at / bucketMs) >= oldest)
    const slow = window.filter((one) => one.slow).length
    return window.length >= slowRate.minCalls && slow / window.length >= slowRate.rate
  }

  #open(now: number): void {
    this.openUntil = now + this.options.openForMs
    this.#become('open')
  }

  #become(state: ReferenceState): void {
    this.state = state
    this.generation++
    this.seen = []
    this.probes = []
    this.probeSuccesses = 0
  }
}
