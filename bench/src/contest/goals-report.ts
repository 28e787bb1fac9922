import { styleText } from 'node:util'
import { markdownTable } from '../report/markdown.ts'
import { bold } from '../report/sections.ts'
import { type Column, table } from '../report/table.ts'
import type { GoalResult, GoalVerdict } from './goal.ts'
import { formatGoal } from './wording.ts'

const COLOURS = { met: 'green', 'falls short': 'red', 'not measured': 'dim' } as const

/** The goals with their verdicts as text for a terminal. */
export function goalsSection(goals: readonly GoalResult[]): string {
  const columns: readonly Column[] = [{ title: 'goal' }, { title: 'measured', align: 'right' }, { title: 'verdict' }]
  const rows = goals.map((goal) => [goal.says, formatGoal(goal), verdictText(goal.verdict)])
  const reasons = goals.filter((goal) => goal.verdict === 'falls short' && goal.because !== undefined)
  const lines = reasons.map((goal) => styleText('dim', `- ${goal.says}: ${goal.because}`))
  return [bold('The goals, as measured here'), table(columns, rows), ...lines].join('\n')
}

/** The same as Markdown. */
export function goalsTable(goals: readonly GoalResult[]): string {
  return markdownTable(['Goal', 'Measured', 'Verdict'], goals.map(goalCells))
}

function goalCells(goal: GoalResult): string[] {
  const reason = goal.verdict === 'falls short' && goal.because !== undefined ? `: ${goal.because}` : ''
  return [goal.says, formatGoal(goal), `**${goal.verdict}**${reason}`]
}

function verdictText(verdict: GoalVerdict): string {
  return styleText(COLOURS[verdict], verdict)
}
