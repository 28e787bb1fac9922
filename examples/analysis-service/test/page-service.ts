import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import { createServer } from '../src/server.ts'
import { shutDown } from '../src/shutdown.ts'
import { createStandIn, type StandIn } from '../src/stand-in/stand-in.ts'

/** The whole service for the page to ask: memory and disk, and the stand-in for the model. */
export interface PageService extends AsyncDisposable {
  readonly url: string
  readonly standIn: StandIn
}

/**
 * Listens on a free port of this machine, with an empty cache of its own, until it is disposed of.
 * @param variables of the environment, beside those for this
 */
export async function startPageService(variables: Readonly<Record<string, string>> = {}): Promise<PageService> {
  const folder = await mkdtemp(join(tmpdir(), 'page-service-'))
  const standIn = await createStandIn()
  const config = readConfig({
    PORT: '0',
    CACHE_DIR: join(folder, 'cache'),
    LOG_FILE: join(folder, 'service.log'),
    MAX_UPLOAD: '1mb',
    ...variables,
  })
  const service = await compose({ config, gigaChat: { url: standIn.url, key: standIn.key }, console: false })
  const server = await createServer(service, config)
  const url = await server.listen({ port: config.port, host: config.host })
  return {
    url,
    standIn,
    async [Symbol.asyncDispose]() {
      await shutDown(server, service)
      await standIn.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
