/** Shares of what there is to hold at which a trace is replayed. */
const SHARES: readonly number[] = [0.005, 0.02, 0.08, 0.2, 0.5]

/** A smaller cache is of no interest. */
const LEAST = 16

/** Capacities for so many keys, smallest first: a share of them each, none below 16, none twice. */
export function capacitiesOf(unique: number): number[] {
  return [...new Set(SHARES.map((share) => Math.max(LEAST, Math.round(unique * share))))]
}

/** The same in weight: 16 entries of average weight at least. */
export function weightCapacitiesOf(weights: Float64Array): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const least = (LEAST * total) / weights.length
  return [...new Set(SHARES.map((share) => Math.round(Math.max(least, total * share))))]
}
