/** Whether every number in a result is finite, so that JSON keeps it. */
export function finiteNumbers(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every(finiteNumbers)
}
