import { createClient } from 'redis'
import { onTestFinished } from 'vitest'

/** Sends one command to a server as its operator. */
export type Operator = (...command: readonly string[]) => Promise<unknown>

/** An {@link Operator} over one connection, which is closed when the test ends. */
export async function operatorOf(server: { readonly url: string }): Promise<Operator> {
  const client = createClient({ url: server.url, RESP: 2, socket: { reconnectStrategy: 20 } })
  client.on('error', () => {})
  onTestFinished(() => client.destroy())
  await client.connect()
  return (...command) => client.sendCommand(command)
}

/** Goes on with `work`, once and again without a pause, until the answer is called; that resolves when the last has ended. */
export function againAndAgain(work: () => Promise<unknown>): () => Promise<void> {
  const ending = new AbortController()
  const running = (async () => {
    while (!ending.signal.aborted) await work()
  })()
  return () => {
    ending.abort()
    return running
  }
}
