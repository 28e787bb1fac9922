import type { Found } from './versioned-entry.ts'
import type { OperationPlan } from './operation.ts'
import type { Place, SubjectName } from './subject.ts'

/** What a process is to do until it is killed. */
export interface LifeOrder {
  readonly subject: SubjectName
  readonly place: Place
  readonly plan: OperationPlan
  /** Its first operation. */
  readonly from: number
  /** Most operations that are under way at once. */
  readonly group: number
  /** Bytes of values after which it writes no more. */
  readonly maxBytes: number
  /** Whether entries may leave for room. */
  readonly mayBeGone: boolean
}

/** What a process tells, one line each. */
export type Telling =
  /** What it found when it had opened the tier, before it wrote anything. */
  | { readonly tell: 'found'; readonly found: readonly (readonly [string, Found])[] }
  | { readonly tell: 'acknowledged'; readonly number: number }
  /** What must not be. */
  | { readonly tell: 'complaint'; readonly complaint: string }

/** Acknowledgements are told the most, so they are the shortest. */
export function toLine(telling: Telling): string {
  return telling.tell === 'acknowledged' ? `${telling.number}\n` : `${JSON.stringify(telling)}\n`
}

export function fromLine(line: string): Telling {
  return line.startsWith('{') ? (JSON.parse(line) as Telling) : { tell: 'acknowledged', number: Number(line) }
}
