import type { Entry } from '@org/tiered-cache'

/** The entry as a store gives it back that keeps bytes: nothing of it is shared with who stored it. */
export function asStored(entry: Entry): Entry {
  const stamps = entry.stamps.map(({ tag, expire, delete: deleted }) => ({ tag, expire, delete: deleted }))
  return { ...entry, stamps }
}
