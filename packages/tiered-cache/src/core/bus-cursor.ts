import type { Clock } from '../clock.ts'
import { makeEntry } from '../entry.ts'
import { ownKey } from '../key.ts'
import type { OwnedWork } from './owned-work.ts'
import type { StoreTime } from './store-time.ts'
import type { TierAccess } from './tier-access.ts'

const CURSOR_KEY = ownKey('bus')
const WRITE_AFTER_MS = 1_000

/** What the cursor of one cache works on. */
export interface BusCursorSetting {
  /** The private tiers that outlive the process. */
  readonly tiers: readonly TierAccess[]
  /** Whether a write of this node, or a delete for that of another, is not acknowledged. */
  readonly isBehind: () => boolean
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
}

/**
 * Where a node is on the bus, kept beside what it holds: a process that is started again goes on from there. It is written now
 * and then, after what was heard up to it has been done, and never past a write of this node that is under way: its own messages are
 * passed over when they come, so one that was not finished would never be heard of again.
 */
export class BusCursor {
  readonly #setting: BusCursorSetting
  readonly #unfinished = new Set<{ readonly at: string | undefined }>()
  #at: string | undefined
  #written: string | undefined
  #applying: Promise<void> = Promise.resolve()
  #cancel: (() => void) | undefined
  #isClosed = false

  constructor(setting: BusCursorSetting) {
    this.#setting = setting
  }

  /** The cursor that all of the tiers agree on, else `undefined`. */
  async read(): Promise<string | undefined> {
    const { tiers } = this.#setting
    const held = await Promise.all(tiers.map(async (tier) => (await tier.peek(CURSOR_KEY))?.value))
    const [first] = held
    const isAgreed = typeof first === 'string' && held.every((each) => each === first)
    this.#written = isAgreed ? first : undefined
    return this.#written
  }

  /** Everything up to here was heard. */
  reached(at: string): void {
    this.#at = at
    this.#writeLater()
  }

  /** What was heard is done when `work` has ended. */
  after(work: Promise<unknown>): void {
    if (this.#setting.tiers.length === 0) return
    const before = this.#applying
    const both = async (): Promise<void> => {
      await before
      await work.catch(() => {})
    }
    this.#applying = both()
  }

  /** A write of this node begins; the answer is called when it has ended. */
  writing(): () => void {
    const write = { at: this.#at }
    this.#unfinished.add(write)
    return () => this.#unfinished.delete(write)
  }

  close(): void {
    this.#isClosed = true
    this.#cancel?.()
  }

  #writeLater(): void {
    if (this.#isClosed || this.#setting.tiers.length === 0) return
    this.#cancel ??= this.#setting.clock.setTimer(() => {
      this.#cancel = undefined
      this.#setting.work.own(this.#write())
    }, WRITE_AFTER_MS)
  }

  async #write(): Promise<void> {
    const at = this.#safe()
    await this.#applying
    if (this.#isClosed) return
    const isBehind = this.#setting.isBehind()
    if (isBehind || at !== this.#at) this.#writeLater()
    if (isBehind || at === undefined || at === this.#written) return
    this.#written = at
    const entry = makeEntry(at, this.#setting.storeTime.stamp(), Infinity, 0, 0)
    const written = await Promise.all(this.#setting.tiers.map(async (tier) => tier.set(CURSOR_KEY, entry)))
    if (!written.every(Boolean)) this.#written = undefined
  }

  /** As far as the oldest unfinished write allows. */
  #safe(): string | undefined {
    const [oldest] = this.#unfinished
    return oldest === undefined ? this.#at : oldest.at
  }
}
