import { type Entry, type Tier, UnstorableValueError } from '@org/tiered-cache'

/** A synchronous tier in a Map that refuses functions, as one that copies does. */
export class RefusingTier implements Tier {
  readonly name = 'refusing'
  readonly shared = false
  readonly sync = true
  readonly contents = new Map<string, Entry>()

  get(key: string): Entry | undefined {
    return this.contents.get(key)
  }

  set(key: string, entry: Entry): void {
    if (typeof entry.value === 'function') throw new UnstorableValueError(key, '$', 'a function')
    this.contents.set(key, entry)
  }

  delete(key: string): void {
    this.contents.delete(key)
  }

  clear(): void {
    this.contents.clear()
  }
}
