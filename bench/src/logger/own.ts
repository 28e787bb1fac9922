import type { CaseId } from './cases.ts'
import type { ContestantId } from './contestants.ts'

/** Who of ours takes part in a case: what the others are held against. */
export function ownOf(caseId: CaseId): ContestantId {
  return caseId === 'durable' ? 'ours-line' : 'ours'
}
