/**
 * Refuses an options argument that is no object, or that has a name which is no option: a mistyped option would
 * otherwise be a silent default.
 * @throws TypeError naming `owner` and the option.
 */
export function assertOptions(owner: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${owner} must be an object, got ${String(options)} (${typeof options})`)
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    throw new TypeError(`${owner} has no option '${name}', known are ${known.join(', ')}`)
  }
}

/** A whole number of at least `least`, or `Infinity`. */
export function assertCount(option: string, value: unknown, least: number): asserts value is number {
  if (typeof value !== 'number')
    throw new TypeError(`${option} must be a number, got ${String(value)} (${typeof value})`)
  if (value >= least && (Number.isInteger(value) || value === Infinity)) return
  throw new RangeError(`${option} must be a whole number of at least ${least}, or Infinity, got ${value} (number)`)
}

/** A string that is not empty. */
export function assertName(option: string, value: unknown): asserts value is string {
  if (typeof value === 'string' && value !== '') return
  throw new TypeError(`${option} must be a string that is not empty, got ${String(value)} (${typeof value})`)
}
