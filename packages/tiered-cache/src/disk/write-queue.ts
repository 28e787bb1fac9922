import { atEndOfTurn } from '../end-of-turn.ts'
import type { LogFrame } from './segment.ts'

/** A write that was asked for. */
export interface Write {
  readonly key: string
  /** Frame and body; `undefined` while the body is being made. */
  record: Buffer | undefined
  readonly expiresAt: number
  /** The record as the log has it, from the moment that it is written. */
  frame: LogFrame | undefined
  readonly done: Promise<void>
  /** Settles `done`. */
  readonly settle: Settle
}

/** Of a group: more would keep the loop waiting for longer than half a millisecond. */
const MOST_WRITES = 256

type Settle = (error: unknown) => void

/** What waits: a write, or something that no write may run beside. */
type Waiting = Write | { readonly run: () => Promise<void>; readonly settle: Settle }

/**
 * Writes in the order in which they were asked for: those of one turn of the loop go as one group, and while a group is under way the
 * next one gathers. Knows the latest write of each key until it is done, so that a reader finds it.
 */
export class WriteQueue {
  readonly #write: (group: readonly Write[]) => Promise<void>
  readonly #latest = new Map<string, Write>()
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined

  /** `write` never runs beside itself; each write is done, for the better or worse, when it settles. */
  constructor(write: (group: readonly Write[]) => Promise<void>) {
    this.#write = write
  }

  get latestKeys(): Iterable<string> {
    return this.#latest.keys()
  }

  latest(key: string): Write | undefined {
    return this.#latest.size === 0 ? undefined : this.#latest.get(key)
  }

  /** From now on this is the latest write of its key. {@link add} follows when its record is there. */
  begin(key: string, record: Buffer | undefined, expiresAt: number): Write {
    const { done, settle } = outcome()
    const write: Write = { key, record, expiresAt, frame: undefined, done, settle }
    this.#latest.set(key, write)
    return write
  }

  /** A write whose record comes late, and that another has overtaken, is not written: it ends as the other does. */
  add(write: Write): Promise<void> {
    const latest = this.#latest.get(write.key)
    if (latest !== write) return latest?.done ?? Promise.resolve()
    this.#enqueue(write)
    return write.done
  }

  /** A write whose record cannot be made. Those that it overtook end with it: their key is a miss. */
  abandon(write: Write): void {
    this.#forget(write)
    write.settle(undefined)
  }

  /** Runs when all that was asked for before is done, with no write beside it. */
  exclusive(run: () => Promise<void>): Promise<void> {
    const { done, settle } = outcome()
    this.#enqueue({ run, settle })
    return done
  }

  /** No write that was begun until now is the latest of its key. */
  forgetAll(): void {
    this.#latest.clear()
  }

  /** Resolves when nothing waits and nothing is under way, no record either. */
  async idle(): Promise<void> {
    for (;;) {
      const [late] = this.#latest.values()
      const next = this.#running ?? late?.done
      if (next === undefined) return
      await next.catch(() => {})
    }
  }

  #enqueue(waiting: Waiting): void {
    this.#waiting.push(waiting)
    this.#running ??= new Promise((resolve) => {
      atEndOfTurn(() => {
        void this.#run().then(resolve)
      })
    })
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      for (let at = 0; at < batch.length; ) at = await this.#step(batch, at)
    }
    this.#running = undefined
  }

  async #step(batch: readonly Waiting[], at: number): Promise<number> {
    const first = batch[at] as Waiting
    if ('run' in first) {
      await settled(first.run, [first])
      return at + 1
    }
    let end = at + 1
    while (end < batch.length && end - at < MOST_WRITES && !('run' in (batch[end] as Waiting))) end++
    const group = batch.slice(at, end) as Write[]
    await settled(
      () => this.#write(group),
      group,
      (write) => this.#forget(write),
    )
    return end
  }

  #forget(write: Write): void {
    if (this.#latest.get(write.key) === write) this.#latest.delete(write.key)
  }
}

function outcome(): Pick<Write, 'done' | 'settle'> {
  let settle: Settle = () => {}
  const done = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error))
  })
  return { done, settle }
}

async function settled<T extends Waiting>(
  run: () => Promise<void>,
  waiting: readonly T[],
  before?: (each: T) => void,
): Promise<void> {
  let error: unknown
  try {
    await run()
  } catch (reason) {
    error = reason ?? new Error('the write failed')
  }
  for (const each of waiting) {
    before?.(each)
    each.settle(error)
  }
}
