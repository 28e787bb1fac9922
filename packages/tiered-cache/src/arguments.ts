/** By its type alone: what stands in the place of a loader may be a value. */
export function assertFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${option} must be a function, got ${typeof value}`)
}

/** A string is iterable, but as keys it is a mistake. */
export function iterable<T>(option: string, value: Iterable<T>): Iterable<T> {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) return value
  throw new TypeError(`${option} must be an iterable, got ${typeof value}`)
}

export function pair<V>(entry: readonly [string, V]): readonly [string, V] {
  if (Array.isArray(entry) && entry.length === 2) return entry
  throw new TypeError(`entries must be pairs of key and value, got ${typeof entry}`)
}
