import type { Payload } from '../payload.ts'

// keyv-file writes all its keys with every set: with more than this in all, its sets alone would fill the run.
const BYTES_IN_ALL = 12 * 1024 ** 2
const MOST = 100
const FEWEST = 2

/** The keys that hold the payload: as many for each contestant, and fewer the larger the payload is. */
export function storedKeys(payload: Payload): readonly string[] {
  const count = Math.min(MOST, Math.max(FEWEST, Math.floor(BYTES_IN_ALL / payload.bytes)))
  return Array.from({ length: count }, (_, index) => `analysis:${index}`)
}

/** Keys that nobody ever stores. */
export const ABSENT_KEYS: readonly string[] = Array.from({ length: MOST }, (_, index) => `absent:${index}`)

/** Gives keys, or whatever else there is a list of, one after another, for ever. */
export function inTurn<T>(items: readonly T[]): () => T {
  let next = 0
  return () => {
    const item = items[next] as T
    next = next + 1 === items.length ? 0 : next + 1
    return item
  }
}

/** `count` keys: the given ones in turn. A loop over them does nothing but the operation it times. */
export function repeated(keys: readonly string[], count: number): readonly string[] {
  const turn = inTurn(keys)
  return Array.from({ length: count }, turn)
}

/** @throws Error where a key that was stored is not found: then there is nothing to time. */
export function mustExist(value: unknown, contestant: string): void {
  if (value === undefined) throw new Error(`${contestant}: a stored key was not found`)
}
