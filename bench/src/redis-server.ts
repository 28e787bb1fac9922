import { createClient } from '@keyv/redis'
import { startRedis } from '@org/testkit'

/** The Redis of a run. */
export interface BenchRedis {
  readonly url: string
  /** Name and version, such as `Redis 7.0.15`. */
  readonly version: string
}

/**
 * Runs `work` with the server that `REDIS_URL` names, else with one of our own, installed first where that can be done
 * and stopped afterwards; with the error that says what to do where none can be had.
 */
export async function withRedis<T>(work: (redis: BenchRedis | Error) => Promise<T>): Promise<T> {
  const given = process.env['REDIS_URL']
  if (given !== undefined && given !== '') return work(await reached(given, ' (REDIS_URL)'))
  const server = await startRedis().catch((error: Error) => error)
  if (server instanceof Error) return work(server)
  try {
    return await work(await reached(server.url, ''))
  } finally {
    await server.stop()
  }
}

async function reached(url: string, origin: string): Promise<BenchRedis | Error> {
  try {
    return { url, version: `${await versionOf(url)}${origin}` }
  } catch (error) {
    // Not the URL: it may hold a password.
    return new Error(`The server${origin} does not answer: ${(error as Error).message}`, { cause: error })
  }
}

async function versionOf(url: string): Promise<string> {
  // No second try: a server that is not there is to be said at once.
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 5_000 } })
  let reason: unknown
  client.on('error', (error) => (reason ??= error))
  try {
    await client.connect()
    return serverName(await client.info('server'))
  } catch (error) {
    // What `connect` rejects with says less than the first event: 'the client is closed'.
    throw reason ?? error
  } finally {
    if (client.isOpen) client.destroy()
  }
}

function serverName(info: string): string {
  const valkey = /^valkey_version:(\S+)/m.exec(info)
  if (valkey) return `Valkey ${valkey[1]}`
  return `Redis ${/^redis_version:(\S+)/m.exec(info)?.[1] ?? 'of unknown version'}`
}
