import { CHUNK } from './loops.ts'
import type { Pairs } from './pairs.ts'
import type { Store } from './store.ts'

/** Sets all pairs, one after another. */
export async function fill(store: Store<unknown>, { keys, values }: Pairs): Promise<void> {
  for (const [at, key] of keys.entries()) {
    if (at % CHUNK === 0) store.tick?.()
    const pending = store.set(key, values[at] as Pairs['values'][number])
    if (pending instanceof Promise) await pending
  }
}

/** The pairs from one place to another. */
export function slice({ keys, values }: Pairs, from: number, to?: number): Pairs {
  return { keys: keys.slice(from, to), values: values.slice(from, to) }
}
