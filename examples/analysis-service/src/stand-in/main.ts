import { createStandIn } from './stand-in.ts'

/**
 * The stand-in alone: `node src/stand-in/main.ts`. `STAND_IN_PORT` (8090) and `STAND_IN_HOST` (127.0.0.1) say where. Give it
 * faults with `curl -d '{"kind":"500","times":3}' localhost:8090/control/faults`.
 */
const port = Number(process.env['STAND_IN_PORT'] ?? 8090)
const standIn = await createStandIn({ port, host: process.env['STAND_IN_HOST'] })
console.log(`The GigaChat stand-in listens on ${standIn.url}, its key is ${standIn.key}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void standIn.close())
