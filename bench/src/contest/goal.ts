/** What became of a goal. */
export type GoalVerdict = 'met' | 'falls short' | 'not measured'

/** The unit in which a goal is told. */
type GoalUnit = 'times' | 'bytes' | 'percent' | 'count' | 'ms'

/** A number to be reached. */
export type Limit = { readonly atMost: number } | { readonly atLeast: number }

/** One goal for the speed of a package; `F` is what a run of its suite found. */
export interface Goal<F> {
  readonly id: string
  /** The goal in words, its number included. */
  readonly says: string
  readonly limit: Limit
  readonly unit: GoalUnit
  /** What is held against the limit; percent as a fraction. */
  measure(found: F): number
  /** Why it cannot be better, where that is known; told where it falls short. */
  readonly because?: string
}

/** A goal and what became of it. */
export interface GoalResult {
  readonly id: string
  readonly says: string
  readonly unit: GoalUnit
  /** `undefined` where a part of it was not measured. */
  readonly measured: number | undefined
  readonly verdict: GoalVerdict
  readonly because: string | undefined
}

/** Judges every goal by what was found. */
export function judgeGoals<F>(goals: readonly Goal<F>[], found: F): GoalResult[] {
  return goals.map((goal) => {
    const measured = goal.measure(found)
    const { id, says, unit, because } = goal
    return {
      id,
      says,
      unit,
      measured: Number.isNaN(measured) ? undefined : measured,
      verdict: judge(measured, goal.limit),
      because,
    }
  })
}

/** The limit itself still meets the goal. */
export function judge(measured: number, limit: Limit): GoalVerdict {
  if (Number.isNaN(measured)) return 'not measured'
  const meets = 'atMost' in limit ? measured <= limit.atMost : measured >= limit.atLeast
  return meets ? 'met' : 'falls short'
}
