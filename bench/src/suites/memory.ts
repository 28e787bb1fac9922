import { CASES } from '../memory/cases.ts'
import { Findings } from '../memory/cell.ts'
import { CONTESTANTS } from '../memory/contestants.ts'
import { GOALS } from '../memory/goals.ts'
import { measureCases } from '../memory/measure-cases.ts'
import { NOTES } from '../memory/notes.ts'
import { memoryText } from '../memory/terminal.ts'
import { contestSuite } from './contest-suite.ts'
import type { Suite } from './suite.ts'

/** The memory tier beside other stores and a bare Map, and the goals for its speed judged. */
export const memorySuite: Suite = contestSuite({
  name: 'memory',
  about: 'the memory tier of @org/tiered-cache beside other stores and a bare Map, and its goals judged',
  plans: {
    full: { cases: CASES.map(({ id }) => id), processes: 3, parallel: 1, warmUpMs: 100, measureMs: 200, share: 1 },
    quick: {
      cases: ['hit-10k', 'evict-10k', 'replay-10k', 'growth-10k', 'get-sync', 'get-awaited'],
      processes: 1,
      parallel: 2,
      warmUpMs: 80,
      measureMs: 60,
      share: 1 / 4,
    },
  },
  measure: measureCases,
  cases: CASES,
  labels: CONTESTANTS,
  findings: (cells) => new Findings(cells),
  goals: GOALS,
  quickWarnings: [
    'a quick run: one short process for each line, two at a time, so single numbers say little',
    'a quick run leaves out 500 and 1,000,000 entries, misses, overwrites, bytes and pauses',
  ],
  notes: NOTES,
  text: memoryText,
})
