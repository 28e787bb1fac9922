import assert from 'node:assert/strict'
import type { Bus, BusListener, BusMessage } from '../../tiers/bus.ts'
import type { Off } from '../../tiers/tier.ts'

const WITHIN_MS = 10_000

/** What a listener heard: a message or a gap, each with its cursor. */
export type Heard = { readonly message: BusMessage | 'gap'; readonly cursor: string }

/** A listener that keeps what it hears. */
export class Listening implements BusListener {
  readonly heard: Heard[] = []
  /** Ends the subscription; may be called again. */
  readonly off: Off

  constructor(bus: Bus, from: string | undefined) {
    this.off = bus.subscribe(from, this)
  }

  get messages(): readonly BusMessage[] {
    return this.heard.map(({ message }) => message).filter((message) => message !== 'gap')
  }

  get hasGap(): boolean {
    return this.heard.some(({ message }) => message === 'gap')
  }

  get cursor(): string {
    return this.heard.at(-1)?.cursor ?? ''
  }

  message(message: BusMessage, cursor: string): void {
    this.heard.push({ message, cursor })
  }

  gap(cursor: string): void {
    this.heard.push({ message: 'gap', cursor })
  }
}

/** Resolves once `check` holds: buses are as fast as their network. */
export async function until(what: string, check: () => boolean): Promise<void> {
  const deadline = performance.now() + WITHIN_MS
  while (!check()) {
    assert.ok(performance.now() < deadline, `not within ${WITHIN_MS} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
