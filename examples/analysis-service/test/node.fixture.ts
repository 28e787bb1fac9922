import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@org/breaker'
import { onTestFinished } from 'vitest'
import { compose } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import { createServer } from '../src/server.ts'
import { shutDown } from '../src/shutdown.ts'
import { createStandIn, type StandIn } from '../src/stand-in/stand-in.ts'
import { Client } from './client.ts'

export interface NodeOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly breakerClock?: Clock
  /** Default: one of its own. */
  readonly standIn?: StandIn
}

export interface InjectedRequest {
  readonly method?: 'GET' | 'DELETE'
  readonly path: string
  readonly from: string
  readonly headers?: Record<string, string>
}

/** A node of the service within the test's own process, on a port of its own, gone with the test. */
export interface ServiceNode {
  readonly client: Client
  readonly standIn: StandIn
  /** A request as from another machine. */
  readonly inject: (request: InjectedRequest) => Promise<number>
  /** The lines of its log file so far. */
  readonly log: () => readonly Record<string, unknown>[]
  /** `drainMs`: how long requests under way may take. */
  readonly close: (drainMs?: number) => Promise<void>
}

export async function startNode({ env = {}, breakerClock, standIn: given }: NodeOptions = {}): Promise<ServiceNode> {
  const directory = temporaryDirectory()
  const logFile = join(directory, 'service.log')
  const config = readConfig({
    PORT: '0',
    CACHE_DIR: join(directory, 'cache'),
    LOG_FILE: logFile,
    LOG_LEVEL: 'debug',
    ...env,
  })
  const standIn = given ?? (await createStandIn())
  const service = await compose({
    config,
    gigaChat: { url: standIn.url, key: standIn.key },
    breakerClock,
    console: false,
  })
  const server = await createServer(service, config)
  const client = new Client(await server.listen({ port: 0, host: '127.0.0.1' }))
  let closing: Promise<void> | undefined
  const close = (drainMs?: number): Promise<void> => (closing ??= shutDown(server, service, drainMs))
  onTestFinished(async () => {
    await close()
    if (given === undefined) await standIn.close()
  })
  return {
    client,
    standIn,
    inject: async ({ method = 'GET', path, from, headers = {} }) =>
      (await server.inject({ method, url: path, remoteAddress: from, headers })).statusCode,
    log: () => linesOf(logFile),
    close,
  }
}

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'analysis-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** The JSON lines of a log file. */
export function linesOf(file: string): readonly Record<string, unknown>[] {
  const text = readFileSync(file, 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
