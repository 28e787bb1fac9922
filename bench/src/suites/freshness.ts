import { CASES } from '../freshness/cases.ts'
import { Findings } from '../freshness/cell.ts'
import { CONTESTANTS } from '../freshness/contestants.ts'
import { GOALS } from '../freshness/goals.ts'
import { measureCases } from '../freshness/measure-cases.ts'
import { NOTES } from '../freshness/notes.ts'
import { freshnessText } from '../freshness/terminal.ts'
import { contestSuite } from './contest-suite.ts'
import type { Suite } from './suite.ts'

/** getOrSet, tags, namespaces, waiters and batches in memory, beside other caches, and the goals for their speed judged. */
export const freshnessSuite: Suite = contestSuite({
  name: 'freshness',
  about: 'getOrSet, tags, namespaces, waiters and batches in memory beside other caches, and its goals judged',
  plans: {
    full: { cases: CASES.map(({ id }) => id), processes: 5, parallel: 1, warmUpMs: 300, measureMs: 200, share: 1 },
    quick: {
      cases: CASES.map(({ id }) => id),
      processes: 1,
      parallel: 2,
      warmUpMs: 60,
      measureMs: 50,
      share: 1 / 4,
    },
  },
  measure: measureCases,
  cases: CASES,
  labels: CONTESTANTS,
  findings: (cells) => new Findings(cells),
  goals: GOALS,
  quickWarnings: ['a quick run: one short process for each line, two at a time, so single numbers say little'],
  notes: NOTES,
  text: freshnessText,
})
