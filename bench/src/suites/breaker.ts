import { CASES } from '../breaker/cases.ts'
import { Findings } from '../breaker/cell.ts'
import { CONTESTANTS } from '../breaker/contestants.ts'
import { GOALS } from '../breaker/goals.ts'
import { measureCases } from '../breaker/measure-cases.ts'
import { NOTES } from '../breaker/notes.ts'
import { breakerText } from '../breaker/terminal.ts'
import { contestSuite } from './contest-suite.ts'
import type { Suite } from './suite.ts'

/** @org/breaker beside other libraries and a hand-written floor, and the goals for its speed judged. */
export const breakerSuite: Suite = contestSuite({
  name: 'breaker',
  about: '@org/breaker beside other libraries and a hand-written floor, and its goals judged',
  plans: {
    full: { processes: 5, parallel: 1, warmUpMs: 150, measureMs: 200, idleMs: 1000 },
    quick: { processes: 1, parallel: 2, warmUpMs: 40, measureMs: 30, idleMs: 100 },
  },
  measure: measureCases,
  cases: CASES,
  labels: CONTESTANTS,
  findings: (cells) => new Findings(cells),
  goals: GOALS,
  quickWarnings: ['a quick run: one short process for each line, two at a time, so single numbers say little'],
  notes: NOTES,
  text: breakerText,
})
