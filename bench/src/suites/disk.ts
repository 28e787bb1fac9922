import { CASES } from '../disk/cases.ts'
import { Findings } from '../disk/cell.ts'
import { CONTESTANTS } from '../disk/contestants.ts'
import { GOALS } from '../disk/goals.ts'
import { measureCases } from '../disk/measure-cases.ts'
import { NOTES } from '../disk/notes.ts'
import { diskText } from '../disk/terminal.ts'
import { contestSuite } from './contest-suite.ts'
import type { Suite } from './suite.ts'

/** The disk tiers beside other stores on disk and the plain file, and the goals for their speed judged. */
export const diskSuite: Suite = contestSuite({
  name: 'disk',
  about: 'the disk tiers beside other stores on disk and a plain file, and their goals judged',
  plans: {
    full: { cases: CASES.map(({ id }) => id), processes: 3, parallel: 1, warmUpMs: 400, measureMs: 500 },
    quick: {
      cases: ['get-200', 'get-10k', 'miss', 'set-10k', 'bytes-10k', 'bound'],
      processes: 1,
      parallel: 2,
      warmUpMs: 60,
      measureMs: 60,
    },
  },
  measure: measureCases,
  cases: CASES,
  labels: CONTESTANTS,
  findings: (cells) => new Findings(cells),
  goals: GOALS,
  quickWarnings: [
    'a quick run: one short process for each line, two at a time, so single numbers say little',
    'a quick run leaves out most sizes, the event loop under load and the opening of 1,000,000 entries',
  ],
  notes: NOTES,
  text: diskText,
})
