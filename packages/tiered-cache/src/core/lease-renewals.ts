import type { Clock } from '../clock.ts'
import type { Off } from '../tiers/tier.ts'
import type { LeaseAccess } from './lease-access.ts'

/** A lease is renewed when so much of its time is over. */
const RENEW_AT = 0.3

interface HeldLease {
  readonly key: string
  readonly token: string
}

/** Keeps the leases of loads under way: one timer for all, and none while nothing loads. */
export class LeaseRenewals {
  readonly #access: LeaseAccess
  readonly #clock: Clock
  readonly #held = new Set<HeldLease>()
  #cancel: (() => void) | undefined

  constructor(access: LeaseAccess, clock: Clock) {
    this.#access = access
    this.#clock = clock
  }

  /** Renews the lease until the answer is called. */
  hold(key: string, token: string): Off {
    const lease: HeldLease = { key, token }
    this.#held.add(lease)
    this.#renewLater()
    return () => {
      this.#held.delete(lease)
      if (this.#held.size === 0) this.close()
    }
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #renewLater(): void {
    this.#cancel ??= this.#clock.setTimer(() => this.#renew(), this.#access.durationMs * RENEW_AT)
  }

  #renew(): void {
    this.#cancel = undefined
    // A lease that is lost is found out when it is to fill.
    for (const { key, token } of this.#held) void this.#access.renew(key, token)
    if (this.#held.size > 0) this.#renewLater()
  }
}
