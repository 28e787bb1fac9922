import { percentile } from '../percentile.ts'
import { KINDS, type Kind } from './requests.ts'
import type { Request } from './traffic.ts'

/** The instants between which the parts of a run lie. */
export interface Marks {
  /** The warm-up is over. */
  readonly warmAt: number
  readonly faultAt: number
  /** The fault began to end. */
  readonly endingAt: number
  /** Redis can be reached as before. */
  readonly backAt: number
}

/** How long requests took, in milliseconds. */
export interface Latency {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly requests: number
}

/** The same before a fault and while it lasts. */
export interface BeforeAndDuring {
  readonly before: Latency
  readonly during: Latency
}

/** What became of the requests of one run. */
export interface Summary {
  /** Requests that failed or got a wrong value, at any time. */
  readonly errors: number
  /** What the first of them said. */
  readonly firstError: string | undefined
  /** Requests without an answer for {@link HANG_MS}. */
  readonly hangs: number
  /** Of the keys that Redis holds and of new ones. */
  readonly getOrSet: BeforeAndDuring
  /** Of the keys that Redis holds alone. */
  readonly held: BeforeAndDuring
  readonly memory: BeforeAndDuring
  /** Requests during the fault that took, their own load left out, more than three times the p99 of their kind before. */
  readonly waited: number
  /** Requests a second that ask Redis. */
  readonly askingRate: number
  /** From Redis being back until sets reach it again; `undefined` where they did not or nobody knows. */
  readonly writesBackMs: number | undefined
  /** Of what Redis holds, the share that was loaded all the same, 0 to 1. */
  readonly loaded: { readonly before: number; readonly during: number }
}

/** A request that takes so long hangs: eight times the longest deadline. */
export const HANG_MS = 2000
/** So many sets in a row reach Redis: chance does not do that where one of three masters is away. */
const IN_A_ROW = 20
const TIMES_P99 = 3

/** Makes a summary of all requests, in the order in which they were due. */
export function summarise(requests: readonly Request[], marks: Marks): Summary {
  const before = requests.filter(({ dueAt }) => dueAt >= marks.warmAt && dueAt < marks.faultAt)
  const during = requests.filter(({ dueAt }) => dueAt >= marks.faultAt && dueAt < marks.endingAt)
  const failed = requests.filter(({ error }) => error !== undefined)
  const latency = (...kinds: readonly Kind[]): BeforeAndDuring => ({
    before: latencyOf(before, kinds),
    during: latencyOf(during, kinds),
  })
  return {
    errors: failed.length,
    firstError: failed[0]?.error,
    hangs: requests.filter((request) => tookMs(request) > HANG_MS).length,
    getOrSet: latency('hit', 'miss'),
    held: latency('hit'),
    memory: latency('memory'),
    waited: KINDS.reduce((sum, kind) => sum + waitedOf(kind, before, during), 0),
    askingRate: (1000 * before.filter(({ kind }) => kind !== 'memory').length) / (marks.faultAt - marks.warmAt),
    writesBackMs: writesBackMs(requests, marks.backAt),
    loaded: { before: loadedOf(before), during: loadedOf(during) },
  }
}

function latencyOf(requests: readonly Request[], kinds: readonly Kind[]): Latency {
  const those = requests.filter(({ kind }) => kinds.includes(kind))
  const sorted = sortedBy(those, tookMs)
  return { p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99), requests: those.length }
}

function loadedOf(requests: readonly Request[]): number {
  const held = requests.filter(({ kind }) => kind === 'hit')
  return held.filter(({ loadMs }) => loadMs > 0).length / held.length
}

function waitedOf(kind: Kind, before: readonly Request[], during: readonly Request[]): number {
  const isOf = (request: Request): boolean => request.kind === kind
  const usual = percentile(sortedBy(before.filter(isOf), waitMs), 0.99)
  return during.filter((request) => isOf(request) && waitMs(request) > TIMES_P99 * usual).length
}

/** From `backAt` until the first of {@link IN_A_ROW} sets in a row, due since then, that reached Redis. */
function writesBackMs(requests: readonly Request[], backAt: number): number | undefined {
  const sets = requests.filter(({ kind, dueAt }) => kind === 'set' && dueAt >= backAt)
  const first = sets.findIndex((_set, at) => {
    const row = sets.slice(at, at + IN_A_ROW)
    return row.length === IN_A_ROW && row.every(({ reached }) => reached === true)
  })
  const set = sets[first]
  return set === undefined ? undefined : set.endedAt - backAt
}

function sortedBy(requests: readonly Request[], measure: (request: Request) => number): Float64Array {
  return Float64Array.from(requests, measure).toSorted()
}

function tookMs({ dueAt, endedAt }: Request): number {
  return Number.isNaN(endedAt) ? Infinity : endedAt - dueAt
}

function waitMs(request: Request): number {
  return tookMs(request) - request.loadMs
}
