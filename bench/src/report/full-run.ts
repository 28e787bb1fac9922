import { UsageError } from '../usage-error.ts'

/** Gaps that the message names; of the others it says how many. */
const NAMED = 4

/**
 * Lets only the results of a full run pass: what a README tells is read as all there is.
 * @param gaps What sets the run apart from a full one, in words; none where it is one.
 * @throws UsageError naming the gaps and the command that makes a full run.
 */
export function mustBeFull(suite: string, gaps: readonly string[]): void {
  if (gaps.length === 0) return
  const others = gaps.length > NAMED ? [`${gaps.length - NAMED} more`] : []
  const told = [...gaps.slice(0, NAMED), ...others].join('; ')
  throw new UsageError(
    `the last run of ${suite} was not a full one (${told}); run the full bench first: pnpm bench ${suite}`,
  )
}
