import { createClient, RESP_TYPES } from 'redis'
import type { RedisCommands, Reply } from '../src/redis/commands.ts'

/** What tier and bus need of a client, over node-redis and no more: they are tested without our own connections. */
export function plainRedisCommands(url: string): RedisCommands {
  const client = createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    socket: { reconnectStrategy: 20 },
    commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  })
  client.on('error', () => {})
  client.unref()
  return {
    isCluster: false,
    get isReady() {
      return client.isReady
    },
    async send(_key, command) {
      const words = command.map((word) => (typeof word === 'string' ? word : Buffer.from(word)))
      return (await client.sendCommand(words)) as unknown as Reply
    },
    async open() {
      await client.connect()
    },
    async close() {
      if (client.isOpen) client.destroy()
    },
    duplicate: () => plainRedisCommands(url),
    async subscribe(channel, listener, renewed) {
      await client.subscribe(channel, listener, true)
      if (renewed) client.on('ready', renewed)
      return () => void client.unsubscribe(channel, listener, true)
    },
  }
}
