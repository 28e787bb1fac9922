import type { Clock } from '../clock.ts'
import type { Announcements, Bus, BusMessage } from '../tiers/bus.ts'
import type { Off } from '../tiers/tier.ts'
import type { BusCursor } from './bus-cursor.ts'
import type { OwnedWork } from './owned-work.ts'
import type { TierAccess } from './tier-access.ts'

/** A bus that has told nothing for so long is cut. */
const LONGEST_SILENCE_MS = 30_000
/** A process that is started again waits for so long for what it missed. */
const START_TIMEOUT_MS = 1_000
const LOOK_EVERY_MS = 1_000
/** A failover loses what was not replicated by then: moments, and no more than this. */
const REPLICATED_WITHIN_MS = 10_000
/** Until then what it holds is of no use. */
const LOOK_AT_START_EVERY_MS = 50

/** What the link of one cache to its bus works on. */
export interface BusLinkSetting {
  readonly bus: Bus
  readonly clock: Clock
  readonly work: OwnedWork
  readonly tiers: readonly TierAccess[]
  /** The tiers, and where none is shared what publishes in the place of one. */
  readonly writers: readonly TierAccess[]
  readonly cursor: BusCursor
  /** Another node has written the key: what is under way for it is void; resolves when private tiers have dropped it. */
  readonly overtaken: (key: string) => Promise<unknown>
  readonly overtakenAll: () => void
  /** The bus does not let itself be read. */
  readonly refused: () => void
  /** The bus is silent for too long, or is back. */
  readonly cut: (isCut: boolean) => void
}

/**
 * What this node hears of the others. A message voids what is under way for its keys and takes them out of the private tiers; a gap
 * does so for all keys, since nobody knows what was missed. Private tiers are shut while the bus is cut and a shared tier
 * answers; those that outlive the process also from its start until it has heard what it missed.
 */
export class BusLink implements Announcements {
  /** Random per process: a process that is started again takes its own old messages for another's. */
  readonly origin: string = crypto.randomUUID()
  readonly #setting: BusLinkSetting
  readonly #private: readonly TierAccess[]
  readonly #shared: readonly TierAccess[]
  readonly #begun: number
  #off: Off = () => {}
  #cancelLook: () => void = () => {}
  #isCut = false
  #isBypassed = false
  #isCatchingUp = true
  #isRefused = false
  readonly #started: Promise<void>
  #start: () => void = () => {}
  #hasHeard = false
  #isClosed = false

  constructor(setting: BusLinkSetting) {
    this.#setting = setting
    this.#started = new Promise((resolve) => {
      this.#start = resolve
    })
    this.#begun = setting.clock.monotonic()
    this.#private = setting.tiers.filter(({ tier }) => !tier.shared)
    this.#shared = setting.tiers.filter(({ tier }) => tier.shared)
    this.#shutOrOpen()
  }

  written(keys: readonly string[]): Promise<void> {
    return this.#setting.bus.publish({ origin: this.origin, action: 'delete', keys })
  }

  cleared(): Promise<void> {
    return this.#setting.bus.publish({ origin: this.origin, action: 'clear' })
  }

  /** A write of this node begins; the answer is called when it has ended. */
  writing(): () => void {
    return this.#setting.cursor.writing()
  }

  /** Begins to listen, from where the private tiers last were. Resolves when it has heard what it missed, or goes on without. */
  async open(opened: Promise<unknown>): Promise<void> {
    const { cursor } = this.#setting
    await opened
    const from = await cursor.read()
    if (this.#isClosed) return
    // What an earlier process has left is worth nothing if it did not say up to where it had heard.
    if (from === undefined) this.#clear(this.#private.filter(({ tier }) => !tier.sync))
    this.#subscribe(from)
    this.#look()
    await this.#started
  }

  /** A bus that refuses to be read is one that is cut from the beginning. */
  #subscribe(from: string | undefined): void {
    const { bus, refused } = this.#setting
    try {
      this.#off = bus.subscribe(from, {
        message: (message, at) => this.#hear(message, at),
        gap: (at) => {
          this.#resend()
          this.#miss(at)
        },
      })
    } catch {
      this.#isRefused = true
      refused()
    }
  }

  close(): void {
    this.#isClosed = true
    this.#start()
    this.#setting.cursor.close()
    this.#off()
    this.#cancelLook()
  }

  #hear(message: BusMessage, at: string): void {
    this.#hasHeard = true
    const { cursor, overtaken } = this.#setting
    if (message.origin !== this.origin) {
      // A clear, or what a later version knows and this one does not.
      if (message.action !== 'delete') return this.#miss(at)
      // Also for keys that are not held here: a read or a load may be under way.
      for (const key of message.keys) cursor.after(overtaken(key))
    }
    cursor.reached(at)
    this.#catchUp()
  }

  /** What was written before the bus was heard the last time, and not long before, may be lost; the first word of it tells of no loss. */
  #resend(): void {
    const { bus, clock, writers } = this.#setting
    if (bus.silentMs === Infinity) return
    const since = clock.monotonic() - bus.silentMs - REPLICATED_WITHIN_MS
    for (const tier of writers) tier.resend(since)
  }

  #miss(at: string): void {
    this.#hasHeard = true
    this.#clear(this.#private)
    this.#setting.cursor.reached(at)
    this.#catchUp()
  }

  #clear(tiers: readonly TierAccess[]): void {
    this.#setting.overtakenAll()
    const cleared = Promise.all(tiers.map(async (tier) => tier.clear()))
    this.#setting.work.own(cleared)
    this.#setting.cursor.after(cleared)
  }

  #catchUp(): void {
    if (!this.#isCatchingUp || !this.#setting.bus.hasCaughtUp) return
    this.#begin()
    this.#shutOrOpen()
  }

  #begin(): void {
    this.#isCatchingUp = false
    this.#start()
  }

  /** One timer, which also finds out that the bus is back. */
  #look(): void {
    if (this.#isClosed) return
    const { bus, clock, cut } = this.#setting
    const age = clock.monotonic() - this.#begun
    this.#catchUp()
    // Without an answer of the bus it serves what it has, as a node does that is cut off.
    if (!this.#hasHeard && bus.silentMs === Infinity && age >= START_TIMEOUT_MS) this.#begin()
    const isCut = this.#isRefused || Math.min(bus.silentMs, age) > LONGEST_SILENCE_MS
    if (isCut !== this.#isCut) cut(isCut)
    this.#isCut = isCut
    this.#isBypassed = isCut && this.#shared.some(({ condition }) => condition.available)
    this.#shutOrOpen()
    this.#cancelLook = clock.setTimer(() => this.#look(), this.#isCatchingUp ? LOOK_AT_START_EVERY_MS : LOOK_EVERY_MS)
  }

  #shutOrOpen(): void {
    for (const tier of this.#private) tier.shut(this.#isBypassed || (this.#isCatchingUp && !tier.tier.sync))
  }
}
