/** The value that `part` (0 to 1) of the values are not above; `undefined` of none. Nearest rank. */
export function percentile(values: Float32Array | readonly number[], part: number): number | undefined {
  const sorted = Float64Array.from(values).toSorted()
  return sorted[Math.round(part * (sorted.length - 1))]
}
