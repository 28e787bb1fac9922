import { getLogger } from '@org/json-logger'
import type { FastifyInstance } from 'fastify'
import { compose, type Service } from './compose.ts'
import { type Config, type GigaChatAccess, readConfig } from './config.ts'
import { createServer } from './server.ts'
import { onStopSignal, shutDown } from './shutdown.ts'
import { createStandIn, type StandIn } from './stand-in/stand-in.ts'

const log = getLogger('service')

try {
  await start(readConfig(process.env))
} catch (error) {
  console.error(`The service cannot start: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}

async function start(config: Config): Promise<void> {
  const standIn = config.gigaChat === undefined ? await createStandIn() : undefined
  const service = await compose({ config, gigaChat: config.gigaChat ?? accessTo(standIn as StandIn) })
  const server = await createServer(service, config)
  const address = await listening(server, config, service)
  if (standIn !== undefined) log.warn('GIGACHAT_KEY is not set: a stand-in answers in the place of the model')
  log.info(`The analysis service listens on ${address}`)

  onStopSignal(async (signal) => {
    log.info(`Stopping after ${signal}`)
    await shutDown(server, service)
    await standIn?.close()
    return 0
  })
}

/** What was composed is given back where the port is taken. */
async function listening(server: FastifyInstance, { port, host }: Config, service: Service): Promise<string> {
  try {
    return await server.listen({ port, host })
  } catch (error) {
    await shutDown(server, service)
    throw error
  }
}

function accessTo({ url, key }: StandIn): GigaChatAccess {
  return { url, key, name: 'stand-in' }
}
