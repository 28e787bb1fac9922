import { createClient } from 'redis'

/** Sends one command to the Redis on a port as an operator would, over a connection for this command alone. */
export async function operate(port: number, ...command: readonly string[]): Promise<void> {
  const client = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy: false } })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.sendCommand(command)
  } finally {
    client.destroy()
  }
}
