import { machineMs } from './watched-leases.ts'

/** One `set` or `delete` of a history; a `clear` is one of each key. */
export interface Write {
  readonly key: string
  readonly version: number
  readonly isSet: boolean
  /** Which life of which node makes it. */
  readonly by: object
  /** The call is under way. */
  isOpen: boolean
  /** It was acknowledged by everything. */
  hasReached: boolean
  /** When nothing of it was under way any more, not even a delete that is sent again: `Infinity` as long as that is not known. */
  settled: number
}

/** The writes of one history: which of them may still have an effect. */
export class WriteLog {
  readonly #writes: Write[] = []

  begin(key: string, version: number, isSet: boolean, by: object): Write {
    const write: Write = { key, version, isSet, by, isOpen: true, hasReached: false, settled: Infinity }
    this.#writes.push(write)
    return write
  }

  /** The call has resolved. It is settled when its node has nothing left to send again: a delete may still come after it. */
  end(write: Write, reached: boolean): void {
    write.isOpen = false
    write.hasReached = reached
  }

  /** The node has nothing left to send again. */
  settle(by: object): void {
    for (const write of this.#writes) {
      if (write.by === by && !write.isOpen && write.settled === Infinity) write.settled = machineMs()
    }
  }

  /** The node is gone: its calls never end, and what it owed nobody sends. */
  lose(by: object): void {
    for (const write of this.#writes) if (write.by === by) write.isOpen = false
  }

  /** Values that are set while the key is written elsewhere have no order: then no such write is to begin. */
  mayBegin(key: string, isSet: boolean): boolean {
    const open = this.#writes.filter((write) => write.key === key && write.isOpen)
    return isSet ? open.length === 0 : !open.some((write) => write.isSet)
  }

  /** Whether a write of the key may have had an effect since then. */
  touched(key: string, since: number): boolean {
    return this.#writes.some((write) => write.key === key && write.settled >= since)
  }

  /** The newest version of the key that was written by somebody who lives, or reached everything. */
  owed(key: string, isAlive: (by: object) => boolean): number {
    const kept = this.#writes.filter((write) => write.key === key && (isAlive(write.by) || write.hasReached))
    return Math.max(0, ...kept.map(({ version }) => version))
  }
}
