import type { Ledger } from './ledger.ts'
import type { ToldDelete } from './node-messages.ts'
import { machineMs } from './watched-leases.ts'
import type { WriteLog } from './write-log.ts'

/** One loader that runs. */
export interface WatchedLoad {
  readonly key: string
  readonly node: string
  /** Its lease is not older than this; `undefined` where it has none. */
  readonly leasedAfter?: number | undefined
  /** Redis has answered its node all the time: it is to have a lease. */
  readonly isDue: boolean
}

/** Two loads that met, and since when neither lease may have been wiped. */
interface Suspect {
  readonly key: string
  readonly what: string
  readonly from: number
  readonly until: number
}

/**
 * Whether two loaders of a key ever ran side by side, each with a lease. They may where the first lease was wiped by a write of the
 * key (or one that is not settled), where it may have run out, and where Redis gave one of the nodes no answer.
 */
export class LeaseWatch {
  /** How many loads were alone in all of their time though any other would have been a violation. */
  checked = 0
  readonly #ledger: Ledger
  readonly #writes: WriteLog
  readonly #leaseMs: number
  readonly #open = new Set<WatchedLoad>()
  readonly #deletes: ToldDelete[] = []
  readonly #suspects: Suspect[] = []
  #wiped = -Infinity

  constructor(ledger: Ledger, writes: WriteLog, leaseMs: number) {
    this.#ledger = ledger
    this.#writes = writes
    this.#leaseMs = leaseMs
  }

  begin(load: WatchedLoad): void {
    const { key, node, leasedAfter } = load
    this.#open.add(load)
    if (leasedAfter === undefined) {
      if (load.isDue) this.#ledger.violate(`${node} loads ${key} without a lease, and Redis answers it`)
      return
    }
    // It may have been wiped on its way: a slow link tells of a lease that is gone.
    if (this.#mayMeet(load)) return
    for (const other of this.#open) {
      if (other !== load && other.key === key && !this.#mayMeet(other)) {
        const what = `${node} loads ${key} while ${other.node} does, each with a lease`
        this.#ledger.note(`suspected: ${what}`)
        this.#suspects.push({ key, what, from: Math.min(leasedAfter, other.leasedAfter ?? 0), until: machineMs() })
      }
    }
  }

  /** A node has deleted in Redis, on its own too (what it missed, or may have lost, it sends again), or has given up a lease. */
  deleted(fact: ToldDelete): void {
    this.#deletes.push(fact)
  }

  /** When all has been told: loads side by side are violations where no delete came between their leases. */
  judge(): void {
    for (const { key, what, from, until } of this.#suspects) {
      const isExcused = this.#deletes.some((each) => each.key === key && each.until >= from && each.from <= until)
      if (!isExcused) this.#ledger.violate(what)
    }
  }

  end(load: WatchedLoad): void {
    if (!this.#mayMeet(load)) this.checked++
    this.#open.delete(load)
  }

  /** All leases are wiped with all of Redis; the answer is called when that is done. */
  wiping(): () => void {
    this.#wiped = Infinity
    return () => {
      this.#wiped = machineMs()
    }
  }

  /** Whether another loader with a lease may have begun by now; the parent hears of loads later than they begin. */
  #mayMeet({ key, leasedAfter }: WatchedLoad): boolean {
    if (leasedAfter === undefined) return true
    const mayHaveRunOut = machineMs() - leasedAfter >= this.#leaseMs
    return mayHaveRunOut || leasedAfter <= this.#wiped || this.#writes.touched(key, leasedAfter)
  }
}
