import type { Clock } from '@org/breaker'
import { SharedCall } from './shared-call.ts'

/** A token as it was issued. */
export interface IssuedToken {
  readonly value: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/** What an {@link AccessToken} is made of. */
export interface AccessTokenOptions {
  /** Asks for a new token. */
  readonly renew: (signal: AbortSignal) => Promise<IssuedToken>
  readonly clock: Clock
}

/** So long before its expiry a token is renewed: longer than a call lasts, and than clocks differ. */
const EARLY_MS = 60_000

/**
 * The token of an upstream: kept until shortly before its expiry, and renewed once for all who wait. A renewal that fails
 * rejects for those who waited for it, and is forgotten.
 */
export class AccessToken {
  readonly #options: AccessTokenOptions
  #held: IssuedToken | undefined
  #renewal: SharedCall<IssuedToken> | undefined

  constructor(options: AccessTokenOptions) {
    this.#options = options
  }

  /** A token that is valid for a while. Rejects as the renewal does, or with the reason of `signal`, which ends nobody else's wait. */
  async get(signal: AbortSignal): Promise<string> {
    if (this.#held !== undefined && this.#held.expiresAt - EARLY_MS > this.#options.clock.now()) return this.#held.value
    if (this.#renewal === undefined || this.#renewal.isAbandoned) this.#renewal = this.#begin()
    const token = await this.#renewal.join(signal)
    return token.value
  }

  /** Forgets `value`, which the upstream refused. Of many who were refused at once only the first forgets anything. */
  discard(value: string): void {
    if (this.#held?.value === value) this.#held = undefined
  }

  #begin(): SharedCall<IssuedToken> {
    const renewal = new SharedCall(this.#options.renew)
    const done = (token?: IssuedToken): void => {
      if (this.#renewal !== renewal) return
      this.#renewal = undefined
      this.#held = token
    }
    renewal.result.then(done, () => done())
    return renewal
  }
}
