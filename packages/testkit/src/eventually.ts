import { setTimeout as pause } from 'node:timers/promises'

/** How long {@link eventually} tries. */
export interface EventuallyOptions {
  /** Milliseconds until it gives up. Default 5000. */
  readonly within?: number | undefined
  /** Milliseconds between two tries. Default 10. */
  readonly every?: number | undefined
}

/**
 * The answer of `check` once it neither throws nor answers `false`: how tests wait for real servers, sockets and files,
 * whose pace no manual clock governs. At the deadline it rejects with what the last try threw.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<Exclude<T, false>> {
  const within = options.within ?? 5_000
  const deadline = performance.now() + within
  for (;;) {
    const attempt = await tryOnce(check)
    if (attempt.held) return attempt.value
    if (performance.now() >= deadline) throw new Error(`not so within ${within} ms`, { cause: attempt.error })
    await pause(options.every ?? 10)
  }
}

type Attempt<T> =
  | { readonly held: true; readonly value: Exclude<T, false> }
  | { readonly held: false; readonly error: unknown }

async function tryOnce<T>(check: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    const value = await check()
    return value === false ? { held: false, error: undefined } : { held: true, value: value as Exclude<T, false> }
  } catch (error) {
    return { held: false, error }
  }
}
