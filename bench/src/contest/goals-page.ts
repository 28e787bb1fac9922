import { escape } from '../report/page-parts.ts'
import type { GoalResult } from './goal.ts'
import { formatGoal } from './wording.ts'

const BADGES = { met: 'holds', 'falls short': 'does-not-hold', 'not measured': 'not-measured' } as const

/** The goals with their verdicts as a table for a page. */
export function goalsHtml(goals: readonly GoalResult[]): string {
  const rows = goals.map((goal) => {
    const badge = `<span class="badge ${BADGES[goal.verdict]}">${goal.verdict}</span>`
    return `<tr><td>${escape(goal.says)}</td><td>${escape(formatGoal(goal))}</td><td>${badge}</td></tr>`
  })
  return `<table class="goals"><thead><tr><th>Goal</th><th>Measured</th><th>Verdict</th></tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`
}
