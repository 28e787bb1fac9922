import type { Bus, BusListener, BusMessage, Off } from '@org/tiered-cache'

/** What a {@link ToldBus} does beside being the bus that it wraps. */
export interface ToldBusSetting {
  readonly inner: Bus
  /** Told how far the cache has handled the bus, each time that it has. */
  readonly heard: (cursor: string) => void
  /** Whether the next message is to be lost, against the rules of a bus. */
  readonly isLost: () => boolean
}

/** A bus that tells how far its cache has heard it, and loses messages where it is asked to. */
export class ToldBus implements Bus {
  readonly #setting: ToldBusSetting

  constructor(setting: ToldBusSetting) {
    this.#setting = setting
  }

  get silentMs(): number {
    return this.#setting.inner.silentMs
  }

  get hasCaughtUp(): boolean {
    return this.#setting.inner.hasCaughtUp
  }

  async publish(message: BusMessage): Promise<void> {
    if (!this.#setting.isLost()) await this.#setting.inner.publish(message)
  }

  subscribe(from: string | undefined, listener: BusListener): Off {
    const { inner, heard, isLost } = this.#setting
    return inner.subscribe(from, {
      message: (message, cursor) => {
        if (!isLost()) listener.message(message, cursor)
        heard(cursor)
      },
      gap: (cursor) => {
        listener.gap(cursor)
        heard(cursor)
      },
    })
  }

  async close(): Promise<void> {
    await this.#setting.inner.close?.()
  }
}
