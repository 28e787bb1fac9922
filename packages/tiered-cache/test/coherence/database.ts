import type { Random } from '@org/testkit'
import type { CacheNode } from './cache-node.ts'
import type { LeaseWatch, WatchedLoad } from './lease-watch.ts'
import type { Ledger } from './ledger.ts'
import type { ToldLoad } from './node-messages.ts'
import { machineMs } from './watched-leases.ts'

const LONGEST_DELAY_MS = 60
const LONGEST_HOLD_MS = 1_500
const AWAY_SHARE = 0.05

/** What a {@link Database} works on. */
export interface DatabaseSetting {
  readonly random: Random
  readonly ledger: Ledger
  readonly watch: LeaseWatch
  readonly heldShare: number
}

interface PendingLoad {
  readonly life: object
  open(): void
  forget(): void
}

/**
 * What the nodes load from: it reads the version at once or late, and answers when a timer says so or a step. What was read early and
 * comes late is what a cache must not keep.
 */
export class Database {
  readonly #setting: DatabaseSetting
  readonly #pending = new Set<PendingLoad>()
  /** From now on it answers at once. */
  isQuick = false

  constructor(setting: DatabaseSetting) {
    this.#setting = setting
  }

  /** A loader of the node asks. */
  load(node: CacheNode, { load: number, key, leasedAfter, isDue }: ToldLoad): void {
    const { random, ledger, watch } = this.#setting
    const { name, life } = node
    const load: WatchedLoad = { key, node: name, leasedAfter, isDue }
    watch.begin(load)
    const early = random.chance(0.6) ? ledger.version(key) : undefined
    const isAway = !this.isQuick && random.chance(AWAY_SHARE)
    ledger.note(
      `${name}: load ${key} begins, ${leasedAfter === undefined ? 'no lease' : `leased for ${(machineMs() - leasedAfter).toFixed(1)} ms`}, early ${early}`,
    )
    const pending: PendingLoad = {
      life,
      forget: () => {
        this.#pending.delete(pending)
        watch.end(load)
      },
      open: () => {
        if (!this.#pending.has(pending)) return
        pending.forget()
        const version = isAway ? undefined : (early ?? ledger.version(key))
        ledger.note(`${name}: load ${key} gives ${version}`)
        node.answer(number, version)
      },
    }
    this.#pending.add(pending)
    if (this.isQuick) pending.open()
    else setTimeout(() => pending.open(), this.#delayMs()).unref()
  }

  openOne(): void {
    if (this.#pending.size > 0) this.#setting.random.pick([...this.#pending]).open()
  }

  openAll(): void {
    for (const load of this.#pending) load.open()
  }

  /** The node's life is over, and its loads with it. */
  forget(life: object): void {
    for (const load of this.#pending) if (load.life === life) load.forget()
  }

  #delayMs(): number {
    const { random, heldShare } = this.#setting
    if (random.chance(heldShare)) return LONGEST_HOLD_MS
    return random.chance(0.5) ? 0 : random.int(1, LONGEST_DELAY_MS)
  }
}
