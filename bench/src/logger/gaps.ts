import { contestGaps } from '../contest/gaps.ts'
import { CASES } from './cases.ts'
import { CONTESTANTS, type ContestantId } from './contestants.ts'
import { DEATHS, MORTALS } from './losses/deaths.ts'
import type { LoggerResults } from './results.ts'

/** What sets these results apart from those of a full run. Pipes and small disks are not to be had everywhere: no gap. */
export function loggerGaps(results: LoggerResults): string[] {
  return [...contestGaps(results, CASES, CONTESTANTS), ...deathGaps(results)]
}

function deathGaps({ losses }: LoggerResults): string[] {
  const died = new Set(losses.deaths.map(({ death, contestant }) => `${death}/${contestant}`))
  return DEATHS.flatMap(({ id }) =>
    MORTALS.filter((contestant: ContestantId) => !died.has(`${id}/${contestant}`)).map(
      (contestant) => `without the death '${id}' of ${CONTESTANTS[contestant].label}`,
    ),
  )
}
