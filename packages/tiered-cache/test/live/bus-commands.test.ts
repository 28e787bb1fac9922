import { eventually, type RedisServer, startRedis } from '@org/testkit'
import { createClient } from 'redis'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { redisCommands } from '../../src/redis/client/redis-commands.ts'
import { channelBus } from '../../src/redis/pubsub-bus.ts'
import { streamBus } from '../../src/redis/stream-bus.ts'
import type { Bus } from '../../src/tiers/bus.ts'
import { deleting, Heard } from '../heard.fixture.ts'

const OLDEST = 6.2
// Heartbeats soon: what only they send is sent within the test.
const TIMING = { clock: systemClock, beatMs: 50, answerWithinMs: 5_000 }
/** How every connection of the client begins. */
const OF_THE_CLIENT = ['CLIENT', 'HELLO']
const NAME = / \[\d+ [^\]]+\] "([^"]+)"/

let server: RedisServer
let operator: ReturnType<typeof createClient>
let monitor: ReturnType<typeof createClient>
let names: Set<string>

// A server for each: it sees no commands but those of one bus, and knows no script yet.
beforeEach(async () => {
  server = await startRedis()
  operator = createClient({ url: server.url })
  await operator.connect()
  monitor = createClient({ url: server.url })
  await monitor.connect()
  names = new Set()
  // By MONITOR: it shows what comes over each connection, and what scripts call as well.
  await monitor.monitor((line) => void names.add(NAME.exec(line)![1]!.toUpperCase()))
})
afterEach(async () => {
  monitor.destroy()
  operator.destroy()
  await server.stop()
})

function seen(): readonly string[] {
  return [...names].filter((name) => !OF_THE_CLIENT.includes(name)).toSorted()
}

/** The release in which a command came, such as 6.2. */
async function sinceOf(name: string): Promise<number> {
  const [docs] = Object.values((await operator.commandDocs(name)) as object) as readonly { readonly since: string }[]
  return Number.parseFloat(docs!.since)
}

/** A message from a subscription to its end, and another one read from where that was. */
async function use(bus: Bus): Promise<void> {
  onTestFinished(() => bus.close?.())
  const heard = new Heard()
  const off = bus.subscribe(undefined, heard)
  await eventually(() => expect(heard.gaps).toBeGreaterThan(0))
  await bus.publish(deleting('first'))
  await eventually(() => expect(heard.messages).toContain('first'))
  off()
  await bus.publish(deleting('second'))
  const again = new Heard()
  bus.subscribe(heard.cursor, again)
  await eventually(() => expect(again.log.length).toBeGreaterThan(0))
}

describe.each([
  [
    'redisBus',
    () => streamBus(redisCommands({ url: server.url }, 'test'), { stream: 'bus', maxLength: 10 }, TIMING),
    ['EVAL', 'EVALSHA', 'XADD', 'XRANGE', 'XREAD', 'XREVRANGE'],
  ],
  [
    'redisPubSubBus',
    () => channelBus(redisCommands({ url: server.url }, 'test'), 'bus', TIMING),
    ['PUBLISH', 'SUBSCRIBE'],
  ],
] as const)('%s: commands', (_, make, commands) => {
  it('uses no command that is younger than Redis 6.2, in its script neither', async () => {
    await use(make())
    await eventually(() => expect(seen()).toStrictEqual(commands))
    for (const name of seen()) expect.soft(await sinceOf(name), name).toBeLessThanOrEqual(OLDEST)
  })
})
