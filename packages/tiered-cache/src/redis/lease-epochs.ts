/** Leases that were neither filled nor released are forgotten in time, the oldest first; the fill of one is refused. */
const MAX_LEASES = 10_000

/** In which epoch the holders of leases began, by token, from the grant to the end of the lease. */
export class LeaseEpochs {
  readonly #epochs = new Map<string, Buffer>()

  /** The lease was granted. Granted again, its load may have begun in the first of the epochs. */
  note(token: string, epoch: Buffer): void {
    if (this.#epochs.has(token)) return
    if (this.#epochs.size >= MAX_LEASES) this.#epochs.delete(this.#epochs.keys().next().value as string)
    this.#epochs.set(token, epoch)
  }

  /** The lease has ended, or ends with what is done now. */
  take(token: string): Buffer | undefined {
    const epoch = this.#epochs.get(token)
    this.#epochs.delete(token)
    return epoch
  }
}
