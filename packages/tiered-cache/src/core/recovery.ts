import type { Clock } from '../clock.ts'
import type { OwnedWork } from './owned-work.ts'
import type { StoreTime } from './store-time.ts'
import { UnreadKeys } from './unread-keys.ts'

const REPLAY_PAUSE_MS = 1_000
const REPLAYS_AT_ONCE = 32

/** What a recovery sends, and what it asks before. */
export interface RecoverySetting {
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
  /** Whether the tier can clear itself. */
  readonly canClear: boolean
  /** Whether the tier has acknowledged a clear; `isRetry`: one that it did not acknowledge before. */
  readonly sendClear: (isRetry: boolean) => Promise<boolean>
  /** Tells the other nodes of a clear that the tier has acknowledged. */
  readonly tellClear: () => Promise<unknown>
  /** Whether the key is settled in the tier: its delete is acknowledged, or a write under way will see to it. */
  readonly settleKey: (key: string) => Promise<boolean>
}

/**
 * What one tier has missed: the invalidations that it did not acknowledge. What they concern is not read until they have been
 * sent again and acknowledged. They are sent as deletes, never as values: another node may have written a newer one.
 */
export class Recovery {
  readonly unread: UnreadKeys = new UnreadKeys()
  readonly #setting: RecoverySetting
  #clearPending = false
  #clearsUnderWay = 0
  /** How often everything was forgotten: a clear settles what came before it alone. */
  #forgets = 0
  #replaying = false
  #nextReplayAt = -Infinity

  constructor(setting: RecoverySetting) {
    this.#setting = setting
  }

  /** How many invalidations the tier has not acknowledged, a clear that is under way among them. */
  get pending(): number {
    return this.unread.pending + (this.#clearPending || this.#isClearing ? 1 : 0)
  }

  get #isClearing(): boolean {
    return this.#clearsUnderWay > 0
  }

  /** Whether the key is not to be read: a write to it is not acknowledged, or a clear. */
  holdsBack(key: string): boolean {
    return this.#clearPending || this.#isClearing || this.unread.isPending(key)
  }

  /** Nothing stored so far is read any more; whether the tier has acknowledged that too. */
  async clear(): Promise<boolean> {
    this.#forgetAll()
    return this.#sendClear(false)
  }

  /** There are more keys than can be kept apart: they collapse into one clear, sent with the next round. */
  collapse(): void {
    this.#forgetAll()
    this.#clearPending = this.#setting.canClear
  }

  /** The tier has answered: sends what it missed, at most one round at a time and one a second where it goes on failing. */
  replay(): void {
    if (this.#replaying || this.pending === 0) return
    if (this.#setting.clock.monotonic() < this.#nextReplayAt) return
    this.#replaying = true
    this.#setting.work.own(this.#round())
  }

  async #round(): Promise<void> {
    try {
      if (!(await this.#sendAll())) this.#nextReplayAt = this.#setting.clock.monotonic() + REPLAY_PAUSE_MS
    } finally {
      this.#replaying = false
    }
  }

  /** Stops at the first that is not acknowledged. */
  async #sendAll(): Promise<boolean> {
    if (this.#clearPending && !(await this.#sendClear(true))) return false
    const keys = this.unread.pendingKeys()
    for (let at = 0; at < keys.length; at += REPLAYS_AT_ONCE) {
      const batch = keys.slice(at, at + REPLAYS_AT_ONCE)
      const settled = await Promise.all(batch.map((key) => this.#setting.settleKey(key)))
      if (!settled.every(Boolean)) return false
    }
    return true
  }

  /** Nothing is read meanwhile: instants do not tell what was stored before it, since other nodes' clocks may be ahead. */
  async #sendClear(isRetry: boolean): Promise<boolean> {
    const { canClear, sendClear, tellClear } = this.#setting
    if (!canClear) return false
    const forgets = this.#forgets
    this.#clearsUnderWay++
    const acknowledged = await sendClear(isRetry)
    this.#clearsUnderWay--
    if (!acknowledged) this.#clearPending = true
    else if (forgets === this.#forgets) this.#clearPending = false
    if (acknowledged) await tellClear()
    return acknowledged
  }

  #forgetAll(): void {
    this.#forgets++
    this.unread.distrustAll(this.#setting.storeTime.mark())
  }
}
