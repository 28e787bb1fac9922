/** A figure with as many decimals as mean something: results are kept in caches and sent about. */
export function rounded(value: number, decimals: number): number {
  // A zero has no sign in JSON.
  return Number(value.toFixed(decimals)) + 0
}
