import type { CaseId } from './cases.ts'
import type { ContestantId } from './contestants.ts'

/** Who stands for @org/tiered-cache in a case: what the others are told in times of. */
export function ownOf(caseId: CaseId): ContestantId {
  return caseId === 'get-sync' || caseId === 'get-awaited' ? 'ours-cache' : 'ours'
}
