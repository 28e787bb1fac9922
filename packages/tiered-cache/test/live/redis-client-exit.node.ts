// Run as a program: ends by itself with a connection of ours open, or being tried, if that keeps no process alive.
import { eventually } from '@org/testkit'
import { redisCommands } from '../../src/redis/client/redis-commands.ts'
import type { RedisCommands } from '../../src/redis/commands.ts'
import { STANDALONE_CLIENTS } from './redis-clients.fixture.ts'

const [port, what] = process.argv.slice(2)

const scenes: Readonly<Record<string, () => Promise<unknown>>> = {
  open: () => own().open(),
  subscribed: async () => {
    const duplicate = own().duplicate()
    await duplicate.open()
    await duplicate.subscribe('news', () => {})
  },
  reconnected: async () => {
    const commands = own()
    await commands.open()
    await commands.send('k', ['CLIENT', 'KILL', 'SKIPME', 'no', 'TYPE', 'normal']).catch(() => {})
    await eventually(() => !commands.isReady)
    await eventually(() => commands.isReady)
  },
  // The connection that it duplicates is its owner's: with that closed, ours is the only one.
  duplicated: async () => {
    const [, make] = STANDALONE_CLIENTS.find(([name]) => name === process.argv[4])!
    const user = make(Number(port))
    await user.connect()
    const duplicate = redisCommands({ client: user.client }, 'redisTier').duplicate()
    await duplicate.open()
    await user.close()
  },
}

function own(): RedisCommands {
  return redisCommands({ url: `redis://127.0.0.1:${port}` }, 'redisTier')
}

// The timer is what a caller waits by; without it the process would end before it is connected.
const waiting = setInterval(() => {}, 1_000)
const outcome = await scenes[what!]!().then(
  () => 'open',
  (error: Error) => error.message,
)
clearInterval(waiting)
console.log(outcome)
