/** A promise that a test settles by hand, so that the order of events is chosen and never slept for. */
export interface Gate<T> {
  readonly promise: Promise<T>
  /** Resolves the promise; without effect once it is settled. */
  open(value: T): void
  /** Rejects the promise; without effect once it is settled. */
  fail(error: unknown): void
}

/** A closed {@link Gate}. A gate that fails with nobody waiting is not an unhandled rejection. */
export function gate<T = void>(): Gate<T> {
  const { promise, resolve, reject } = withResolvers<T>()
  promise.catch(() => {
    // Whoever waits has a promise of their own: this one only keeps an unobserved failure quiet.
  })
  return { promise, open: resolve, fail: reject }
}

interface Resolvers<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

function withResolvers<T>(): Resolvers<T> {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((onOpen, onFail) => {
    resolve = onOpen
    reject = onFail
  })
  return { promise, resolve, reject }
}
