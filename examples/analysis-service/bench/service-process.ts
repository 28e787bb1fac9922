import { readConfig } from '../src/config.ts'
import { createServer } from '../src/server.ts'
import { composeVariant } from './compose-variant.ts'
import { type ServiceReport, watchAnswers } from './service-report.ts'
import type { Variant } from './variant.ts'

// The service in a process of its own, told by its environment and its argument; asked anything, it sends a report.

const config = readConfig(process.env)
const variant = process.argv[2] as Variant
const gigaChat = config.gigaChat
if (gigaChat === undefined) throw new Error('GIGACHAT_URL and GIGACHAT_KEY must be set')
const service = await composeVariant(variant, { config, gigaChat })
const takeReport = watchAnswers(service.analysis)
const server = await createServer(service, config)
const address = await server.listen({ port: config.port, host: config.host })

process.on('message', () => send(takeReport()))
// Whoever started it has gone.
process.on('disconnect', () => process.exit())
process.send?.({ address })

function send(report: ServiceReport): void {
  process.send?.(report)
}
