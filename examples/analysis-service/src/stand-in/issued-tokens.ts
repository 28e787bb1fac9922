import { randomUUID } from 'node:crypto'

/** As long as GigaChat's tokens live. */
const LIFETIME_MS = 30 * 60_000

/** The tokens that the stand-in gave out and still takes. */
export class IssuedTokens {
  readonly #now: () => number
  readonly #expiries = new Map<string, number>()

  /** @param now epoch milliseconds */
  constructor(now: () => number) {
    this.#now = now
  }

  issue(): { readonly access_token: string; readonly expires_at: number } {
    this.#dropExpired()
    const token = `stand-in.${randomUUID()}`
    const expiresAt = this.#now() + LIFETIME_MS
    this.#expiries.set(token, expiresAt)
    return { access_token: token, expires_at: expiresAt }
  }

  isValid(token: string): boolean {
    return (this.#expiries.get(token) ?? 0) > this.#now()
  }

  /** From now on it is refused. */
  revoke(token: string): void {
    this.#expiries.delete(token)
  }

  /** Those that are taken now. */
  valid(): string[] {
    this.#dropExpired()
    return [...this.#expiries.keys()]
  }

  #dropExpired(): void {
    for (const [token, expiresAt] of this.#expiries) if (expiresAt <= this.#now()) this.#expiries.delete(token)
  }
}
