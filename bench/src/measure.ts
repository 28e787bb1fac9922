import { median, percentile, spread } from './percentile.ts'
import type { Row } from './results.ts'

/** One thing to time: an operation of a contestant. */
export interface Cell {
  readonly contestant: string
  readonly operation: string
  /** Operations that one sample runs: more than one where a single operation is shorter than the clock can see. */
  readonly batch: number
  /** Work before a sample that is not timed. */
  prepare?(): Promise<void>
  sample(): Promise<void> | void
}

/** How long to measure. */
export interface Plan {
  readonly rounds: number
  /** Wall time that one cell gets in one round, preparation included. */
  readonly cellMs: number
  /** Taken in each round even where they pass `cellMs`. */
  readonly minSamples: number
}

interface Recording {
  readonly cell: Cell
  /** Milliseconds per operation, one list for each round. */
  readonly rounds: number[][]
}

/** What a measurement belongs to and whom it tells. */
export interface Watch {
  /** Label of the payload. */
  readonly payload: string
  /** Told after each cell of each round. */
  onStep(): void
  /** Stops between two samples with its reason. */
  readonly signal: AbortSignal
}

/**
 * Times all cells in rounds, interleaved: what slows the machine for a while hits every contestant, and shows in the
 * spread between the rounds. Odd rounds go backwards, so that nobody always follows the same neighbour. A short round
 * before, not counted, warms code and connections.
 */
export async function measure(cells: readonly Cell[], plan: Plan, watch: Watch): Promise<Row[]> {
  const recordings = cells.map((cell): Recording => ({ cell, rounds: [] }))
  for (let round = -1; round < plan.rounds; round++) {
    const order = round % 2 === 0 ? recordings : recordings.toReversed()
    for (const recording of order) {
      const samples = await sampleFor(recording.cell, round < 0 ? warmUp(plan) : plan, watch.signal)
      if (round >= 0) recording.rounds.push(samples)
      watch.onStep()
    }
  }
  return recordings.map((recording) => summary(recording, watch.payload))
}

/** Steps that `measure` reports for so many cells. */
export function stepsOf(cells: number, plan: Plan): number {
  return cells * (plan.rounds + 1)
}

function warmUp(plan: Plan): Plan {
  return { rounds: 1, cellMs: plan.cellMs / 4, minSamples: 1 }
}

async function sampleFor(cell: Cell, plan: Plan, signal: AbortSignal): Promise<number[]> {
  const samples: number[] = []
  const until = performance.now() + plan.cellMs
  while (samples.length < plan.minSamples || performance.now() < until) {
    signal.throwIfAborted()
    if (cell.prepare) await cell.prepare()
    const begin = performance.now()
    const pending = cell.sample()
    if (pending) await pending
    samples.push((performance.now() - begin) / cell.batch)
  }
  return samples
}

function summary({ cell, rounds }: Recording, payload: string): Row {
  const sorted = Float64Array.from(rounds.flat()).toSorted()
  const totalMs = sorted.reduce((sum, sample) => sum + sample, 0)
  return {
    payload,
    contestant: cell.contestant,
    operation: cell.operation,
    p50Ms: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
    p99Ms: percentile(sorted, 0.99),
    opsPerSecond: (1000 * sorted.length) / totalMs,
    samples: sorted.length,
    batch: cell.batch,
    spread: spread(rounds.map(median)),
  }
}
