import { type CostCell, CostFindings } from '../contest/findings.ts'
import { median, spread } from '../percentile.ts'
import type { CaseId } from './cases.ts'
import type { ContestantId } from './contestants.ts'
import type { Sample } from './sample.ts'

/** What one contestant takes in one case: CPU nanoseconds are of one operation. What a case does not tell is `undefined`. */
export interface Cell extends CostCell<CaseId, ContestantId> {
  readonly hitRate: number | undefined
  readonly bytes: number | undefined
  readonly grownBytes: number | undefined
  readonly fillPauseMs: number | undefined
  readonly evictPauseMs: number | undefined
}

/** The medians of what several processes found. */
export function cellOf(caseId: CaseId, contestant: ContestantId, samples: readonly Sample[]): Cell {
  return {
    case: caseId,
    contestant,
    cpuNs: median(samples.map((sample) => sample.cpuNs)),
    hitRate: medianOf(samples, 'hitRate'),
    bytes: medianOf(samples, 'bytes'),
    grownBytes: medianOf(samples, 'grownBytes'),
    fillPauseMs: medianOf(samples, 'fillPauseMs'),
    evictPauseMs: medianOf(samples, 'evictPauseMs'),
    spread: spread(samples.map(told)),
    processes: samples.length,
  }
}

/** What a case is about: the time that it takes to fill a store is not what is told of its bytes. */
function told({ bytes, evictPauseMs, fillPauseMs, cpuNs }: Sample): number {
  return bytes ?? evictPauseMs ?? fillPauseMs ?? cpuNs
}

type Optional = 'hitRate' | 'bytes' | 'grownBytes' | 'fillPauseMs' | 'evictPauseMs'

function medianOf(samples: readonly Sample[], field: Optional): number | undefined {
  const values = samples.flatMap((sample) => sample[field] ?? [])
  return values.length === 0 ? undefined : median(values)
}

/** What was found of the stores. */
export class Findings extends CostFindings<CaseId, ContestantId, Cell> {
  /** Bytes that a store takes for each of its entries, without the keys and values themselves. */
  bytesPerEntry(contestant: ContestantId): number {
    return (this.#bytes(contestant) - this.#bytes('alone')) / 1_000_000
  }

  grownBytes(contestant: ContestantId): number {
    return this.cell('growth-10k', contestant)?.grownBytes ?? Number.NaN
  }

  hitRate(caseId: CaseId, contestant: ContestantId): number {
    return this.cell(caseId, contestant)?.hitRate ?? Number.NaN
  }

  /** What all requests of a replay take, over the misses that they spare: nanoseconds of the store for each load avoided. */
  nsPerMissAvoided(caseId: CaseId, contestant: ContestantId): number {
    return this.cpuNs(caseId, contestant) / this.hitRate(caseId, contestant)
  }

  /**
   * The cost of a miss, in nanoseconds, at which both take the same for a request: its time + miss rate x that cost. Above
   * it the one with more hits is ahead; negative: that one always is.
   */
  breakEvenNs(caseId: CaseId, contestant: ContestantId, other: ContestantId): number {
    const slower = this.cpuNs(caseId, contestant) - this.cpuNs(caseId, other)
    return slower / (this.hitRate(caseId, contestant) - this.hitRate(caseId, other))
  }

  #bytes(contestant: ContestantId): number {
    return this.cell('bytes-1m', contestant)?.bytes ?? Number.NaN
  }
}
