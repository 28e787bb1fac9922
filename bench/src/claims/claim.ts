/** What a claim is worth here: in its range, better than it says, worse, or not looked at. */
export type Verdict = 'holds' | 'better' | 'does not hold' | 'not measured'

/** The numbers of a claim. */
export interface ClaimedRange {
  readonly low: number
  readonly high: number
  /** Which side of the range is the better one: times are better lower, gains higher. */
  readonly better: 'lower' | 'higher'
}

/** What was found for one payload. */
export interface Finding {
  /** Label of the payload. */
  readonly payload: string
  /** In the unit of the claim; `undefined` where nothing was measured, or where the claim is not about a number. */
  readonly value: number | undefined
  readonly measured: string
  readonly verdict: Verdict
  /** One line. */
  readonly reason: string
}

/** One claim and what became of it. */
export interface ClaimResult {
  readonly id: string
  readonly claim: string
  readonly claimed: string
  /** Times are in milliseconds; `undefined` for a claim that is not about a number. */
  readonly range: ClaimedRange | undefined
  readonly unit: 'ms' | 'times'
  readonly findings: readonly Finding[]
  /** What is wrong with the claim itself, whatever was measured. */
  readonly remark: string | undefined
}

/** A claim of one number is read as that number give or take a twentieth. */
export function about(value: number, better: ClaimedRange['better']): ClaimedRange {
  return { low: value * 0.95, high: value * 1.05, better }
}

/**
 * The rule for every claim about a number: inside the range, both ends included, it holds; beyond its better end the
 * truth is better than the claim; beyond the other end it does not hold.
 */
export function judge(measured: number, range: ClaimedRange): Verdict {
  if (measured >= range.low && measured <= range.high) return 'holds'
  const isLower = measured < range.low
  return isLower === (range.better === 'lower') ? 'better' : 'does not hold'
}
