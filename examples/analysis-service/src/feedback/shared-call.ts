/** One call that several wait for, each as long as it likes. When the last of them has gone, the call is aborted. */
export class SharedCall<T> {
  readonly result: Promise<T>
  readonly #controller = new AbortController()
  #waiters = 0

  /** Begins the call at once. */
  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.result = work(this.#controller.signal)
    this.result.catch(() => {
      // Whoever waits hears of it through `join`.
    })
  }

  /** Whether it was aborted: who comes now needs a new one. */
  get isAbandoned(): boolean {
    return this.#controller.signal.aborted
  }

  /** The result, or a rejection with the reason of `signal` once that is aborted. */
  async join(signal: AbortSignal): Promise<T> {
    this.#waiters++
    try {
      return await unlessAborted(this.result, signal)
    } finally {
      if (--this.#waiters === 0) this.#controller.abort()
    }
  }
}

async function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let abort = (): void => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([result, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
