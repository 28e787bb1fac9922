import { CONTESTANTS } from './contestants.ts'
import { COMPARED, partsOf } from './measure-faults.ts'
import type { OutageResults } from './results.ts'

/** What sets these results apart from those of a full run. */
export function outageGaps({ quick, cells, goals }: OutageResults): string[] {
  const missing = partsOf(COMPARED).filter(
    ([{ id }, contestant]) => !cells.some((cell) => cell.fault === id && cell.contestant === contestant),
  )
  return [
    ...(quick ? ['it was quick'] : []),
    ...missing.map(([{ title }, contestant]) => `without '${title}' of ${CONTESTANTS[contestant].label}`),
    ...goals.filter(({ verdict }) => verdict === 'not measured').map(({ says }) => `no verdict on '${says}'`),
  ]
}
