import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { getRequestId } from '../src/context.ts'
import { getLogger } from '../src/logger.ts'

/**
 * The same small app on each framework, with the middleware first:
 * `GET /hello` answers `{ ids }` · `POST /json` parses the body and answers `{ ids, body }` · `POST /stream` listens to the
 * raw body and answers `{ ids, bytes }` · `GET /fail` throws, the framework's error handler answers 500 · `GET /hang` never
 * answers · `GET /outgoing` answers the headers for calls to others · `GET /bound` answers `{ lost, bound }`.
 */
export interface HttpApp {
  readonly port: number
  close(): Promise<void>
}

export type Ids = (string | undefined)[]

export const log: ReturnType<typeof getLogger> = getLogger('app')

/** The id as seen here and behind each kind of wait; a line is logged at every stop. */
export async function wander(ids: Ids = []): Promise<Ids> {
  const see = (): void => {
    ids.push(getRequestId())
    log.info('seen')
  }
  see()
  await Promise.resolve()
  see()
  await turn()
  see()
  await new Promise<void>((passed) => setTimeout(passed, 0))
  see()
  await new Promise<void>((ended) => Readable.from(['a', 'b']).on('data', see).on('end', ended))
  return ids
}

/** Listens to a raw body with plain listeners, where AsyncLocalStorage alone would lose the context. */
export async function listenTo(body: Readable): Promise<{ ids: Ids; bytes: number }> {
  const ids: Ids = []
  let bytes = 0
  await new Promise<void>((ended, failed) => {
    body.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length
      ids.push(getRequestId())
    })
    body.on('error', failed)
    body.on('end', () => {
      ids.push(getRequestId())
      ended()
    })
  })
  return { ids: await wander(ids), bytes }
}

/** Never settles: what a handler that hangs waits for. */
export function hang(): Promise<never> {
  log.info('hanging')
  return new Promise<never>(() => undefined)
}

/** Runs callbacks outside of every request, as a pool or a queue does. */
const waiting: (() => void)[] = []
const pool: ReturnType<typeof setInterval> = setInterval(() => waiting.shift()?.(), 1)
pool.unref()

/** What a callback of a shared pool sees: by itself, and through `bind`. */
export function viaPool(bind: (look: () => string | undefined) => string | undefined): Promise<object> {
  return new Promise((done) => {
    waiting.push(() => done({ lost: getRequestId() ?? null, bound: bind(getRequestId) }))
  })
}
