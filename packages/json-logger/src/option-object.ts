/**
 * Refuses an options argument that is no object, or that has a name which is no option: a mistyped option would
 * otherwise be a silent default.
 * @throws TypeError naming `owner` and the option.
 */
export function assertOptions(owner: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${owner} must be an object, got ${shown(options)}`)
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    throw new TypeError(`${owner} has no option '${name}', known are ${known.join(', ')}`)
  }
}

/** A string that is not empty. */
export function assertName(option: string, value: unknown): asserts value is string {
  if (typeof value === 'string' && value !== '') return
  throw new TypeError(`${option} must be a string that is not empty, got ${shown(value)}`)
}

/** A value as an error shows it: objects and functions by their type alone, since they may hold anything. */
export function shown(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  return `${value as string} (${typeof value})`
}
