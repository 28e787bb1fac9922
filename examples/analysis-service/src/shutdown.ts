import { getLogger } from '@org/json-logger'
import type { FastifyInstance } from 'fastify'
import type { Service } from './compose.ts'
import { RequestsUnderWay } from './http/requests-under-way.ts'

const log = getLogger('service')

/** So long requests under way may take to be answered: longer than an analysis with its wait for the model. */
const DRAIN_MS = 20_000

/**
 * Refuses uploads, those too that wait for their turn, but goes on listening: whoever comes is told. Then waits for the
 * requests under way, cuts off what takes too long, and closes the service.
 */
export async function shutDown(server: FastifyInstance, service: Service, drainMs: number = DRAIN_MS): Promise<void> {
  service.stop()
  const requests = await RequestsUnderWay.of(server).answered(drainMs)
  if (requests > 0) log.warn('requests took too long at the end and were cut off', { requests })
  try {
    await server.close()
  } finally {
    await service.close()
  }
}

/** Calls `stop` at the first SIGTERM or SIGINT, and ends the process with its code; at the second one at once. */
export function onStopSignal(stop: (signal: string) => Promise<number>): void {
  let isStopping = false
  const stopped = async (signal: string): Promise<void> => process.exit(await stop(signal))
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(128 + number)
      isStopping = true
      void stopped(signal)
    })
  }
}
