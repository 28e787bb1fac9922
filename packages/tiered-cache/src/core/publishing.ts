import type { Clock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import { atEndOfTurn } from '../end-of-turn.ts'
import { TierDeadlineError } from '../errors.ts'
import type { Announcements } from '../tiers/bus.ts'
import type { OwnedWork } from './owned-work.ts'
import { UntoldWrites } from './untold-writes.ts'

/** After a message that got no answer no other is tried for so long: one writer at a time waits for a bus that does not answer. */
const PAUSE_MS = 900
/** After one that was refused at once: nobody had to wait, and a bus that is back is to be used. */
const REFUSED_PAUSE_MS = 50
const KEYS_AT_ONCE = 1_000

/** What a publishing works with. */
export interface PublishingSetting {
  readonly clock: Clock
  readonly work: OwnedWork
  readonly deadlineMs: number
  /** `undefined` where there is nobody to tell. */
  readonly announce: Announcements | undefined
  /** Something was not taken, and is to be told again: {@link Publishing.retell}. */
  readonly untold: () => void
}

/**
 * Tells the other nodes of the writes to one tier, those of one turn of the loop in one message. That they were not told is no fault
 * of the tier, which holds what was written: what the bus has not taken is told again, and nothing is written again for that.
 */
export class Publishing {
  readonly #setting: PublishingSetting
  readonly #untold = new UntoldWrites()
  #gathered: Gathered | undefined
  #notBefore = -Infinity
  #isRetelling = false

  constructor(setting: PublishingSetting) {
    this.#setting = setting
  }

  /** How many messages wait to be told again. */
  get pending(): number {
    return this.#untold.size
  }

  get isClearUntold(): boolean {
    return this.#untold.isClear
  }

  /** The tier has acknowledged a write; whether the bus has taken it. */
  tell(key: string): boolean | Promise<boolean> {
    if (this.#setting.announce === undefined) return true
    const gathered = (this.#gathered ??= this.#gather())
    gathered.keys.add(key)
    return gathered.isTaken
  }

  /** The tier has acknowledged a clear; whether the bus has taken it. */
  async tellClear(): Promise<boolean> {
    const { announce } = this.#setting
    if (announce === undefined) return true
    const turn = this.#untold.nextTurn()
    if (await this.#isTaken(() => announce.cleared())) {
      this.#untold.toldAll(turn)
      return true
    }
    this.#untold.addAll(turn)
    this.#setting.untold()
    return false
  }

  /** Tells again what was not taken, where it is time for it, or this is the last chance. */
  retell(isLast = false): void {
    if (this.#untold.size === 0 || this.#isRetelling) return
    if (isLast) this.#notBefore = -Infinity
    else if (this.#isPausing) return
    this.#isRetelling = true
    this.#setting.work.own(this.#retellAll())
  }

  get #isPausing(): boolean {
    return this.#setting.clock.monotonic() < this.#notBefore
  }

  #gather(): Gathered {
    const keys = new Set<string>()
    const isTaken = new Promise<boolean>((resolve) => {
      atEndOfTurn(() => {
        this.#gathered = undefined
        resolve(this.#tellKeys([...keys]))
      })
    })
    return { keys, isTaken }
  }

  async #tellKeys(keys: readonly string[]): Promise<boolean> {
    const { announce, untold } = this.#setting
    const turn = this.#untold.nextTurn()
    if (await this.#isTaken(() => announce!.written(keys))) {
      this.#untold.told(keys, turn)
      this.retell()
      return true
    }
    this.#untold.add(keys, turn)
    untold()
    return false
  }

  /** Stops at the first that is not taken. */
  async #retellAll(): Promise<void> {
    try {
      if (this.#untold.isClear && !(await this.tellClear())) return
      const keys = this.#untold.keys()
      for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
        if (!(await this.#tellKeys(keys.slice(at, at + KEYS_AT_ONCE)))) return
      }
    } finally {
      this.#isRetelling = false
    }
  }

  async #isTaken(send: () => Promise<void>): Promise<boolean> {
    const { clock, deadlineMs } = this.#setting
    if (this.#isPausing) return false
    try {
      await withinDeadline(send, deadlineMs, clock)
      this.#notBefore = -Infinity
      return true
    } catch (error) {
      this.#notBefore = clock.monotonic() + (error instanceof TierDeadlineError ? PAUSE_MS : REFUSED_PAUSE_MS)
      return false
    }
  }
}

interface Gathered {
  readonly keys: Set<string>
  readonly isTaken: Promise<boolean>
}
