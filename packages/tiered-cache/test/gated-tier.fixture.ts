import type { Entry, Tier } from '@org/tiered-cache'

type Operation = 'get' | 'set' | 'delete' | 'clear'

/** One operation that a test lets go on by hand: first its effect, then its answer. */
export interface HeldOperation {
  readonly operation: Operation
  readonly key: string
  /** Lets the tier do it; without effect the second time. */
  takeEffect(): void
  /** Lets the caller know, after the effect. */
  answer(): void
  /** Answers with a fault; the effect is up to `takeEffect`. */
  fail(): void
}

export interface GatedTierOptions {
  readonly name?: string
  readonly shared?: boolean
  readonly ttl?: number
}

/**
 * An asynchronous tier over a Map in which a test holds operations: each has its effect and gives its answer when the test
 * says so. What is not held is done at once.
 */
export class GatedTier implements Tier {
  readonly name: string
  readonly shared: boolean
  readonly sync = false
  readonly ttl: number | undefined
  readonly contents = new Map<string, Entry>()
  /** All operations begun so far, as `get a`. */
  readonly calls: string[] = []
  readonly held: HeldOperation[] = []
  #holding: (operation: Operation) => boolean = () => false

  constructor({ name = 'gated', shared = false, ttl }: GatedTierOptions = {}) {
    this.name = name
    this.shared = shared
    this.ttl = ttl
  }

  /** From now on holds these operations; none where called without. Those already held stay so. */
  hold(...operations: readonly Operation[]): void {
    this.#holding = (operation) => operations.includes(operation)
  }

  /** The oldest operation of this kind still held. */
  next(operation: Operation): HeldOperation {
    const found = this.held.find((one) => one.operation === operation)
    if (found === undefined) throw new Error(`no ${operation} is held, only ${this.calls.join(', ')} was called`)
    return found
  }

  /** How many operations of this kind were begun. */
  count(operation: Operation): number {
    return this.calls.filter((call) => call.startsWith(operation)).length
  }

  get(key: string): Promise<Entry | undefined> {
    return this.#run('get', key, () => this.contents.get(key))
  }

  set(key: string, entry: Entry): Promise<void> {
    return this.#run('set', key, () => void this.contents.set(key, entry))
  }

  delete(key: string): Promise<void> {
    return this.#run('delete', key, () => void this.contents.delete(key))
  }

  clear(): Promise<void> {
    return this.#run('clear', '*', () => this.contents.clear())
  }

  #run<T>(operation: Operation, key: string, effect: () => T): Promise<T> {
    this.calls.push(`${operation} ${key}`)
    if (!this.#holding(operation)) return Promise.resolve(effect())
    return new Promise((resolve, reject) => {
      let done: { readonly result: T } | undefined
      const takeEffect = (): void => {
        done ??= { result: effect() }
      }
      const release = (): void => {
        this.held.splice(this.held.indexOf(held), 1)
      }
      const held: HeldOperation = {
        operation,
        key,
        takeEffect,
        answer: () => {
          takeEffect()
          release()
          resolve((done as { readonly result: T }).result)
        },
        fail: () => {
          release()
          reject(new Error(`${operation} failed on command`))
        },
      }
      this.held.push(held)
    })
  }
}

/** Every promise callback that is ready has run when it resolves. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
