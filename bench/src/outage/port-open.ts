import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { sharedNow } from './shared-clock.ts'

/** The first instant at which a connection to the port is accepted; rejects after 10 s. */
export async function portOpen(port: number): Promise<number> {
  const giveUpAt = sharedNow() + 10_000
  while (sharedNow() < giveUpAt) {
    if (await accepts(port)) return sharedNow()
    await pause(1)
  }
  throw new Error(`nobody listens on port ${port}`)
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const settle = (answer: boolean) => (): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', settle(true)).once('error', settle(false))
  })
}
