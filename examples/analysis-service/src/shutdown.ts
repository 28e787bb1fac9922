import type { FastifyInstance } from 'fastify'
import type { Service } from './compose.ts'

/** So long requests under way may take to be answered. */
const DRAIN_MS = 10_000

/**
 * Takes no more connections, waits for the requests under way, cuts off what takes too long, and closes the service.
 */
export async function shutDown(server: FastifyInstance, service: Service, drainMs: number = DRAIN_MS): Promise<void> {
  const cutOff = setTimeout(() => server.server.closeAllConnections(), drainMs)
  try {
    await server.close()
  } finally {
    clearTimeout(cutOff)
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
