import { randomUUID } from 'node:crypto'
import { type Entry, makeEntry } from '../src/entry.ts'
import type { RedisCommands, Reply } from '../src/redis/commands.ts'
import { RedisTier } from '../src/redis/redis-tier.ts'
import { type RedisTierOptions, resolveRedisTierOptions } from '../src/redis/redis-tier-options.ts'

const HOUR_MS = 3_600_000

/** Commands that note what is sent through them. */
export interface SpiedCommands extends RedisCommands {
  /** Every command so far, its bytes as text. */
  readonly sent: string[][]
  /** Called with each command before it is sent, which waits for it. */
  before: ((command: readonly string[]) => Promise<void> | undefined) | undefined
}

/** The same commands, noted; over a connection that may be open, and of a cluster if `isCluster` says so. */
export function spiedCommands(inner: RedisCommands, isCluster: boolean = inner.isCluster): SpiedCommands {
  const sent: string[][] = []
  return {
    sent,
    before: undefined,
    isCluster,
    get isReady() {
      return inner.isReady
    },
    async send(key, command): Promise<Reply> {
      const words = command.map((word) => (typeof word === 'string' ? word : Buffer.from(word).toString('latin1')))
      sent.push(words)
      const wait = this.before?.(words)
      if (wait !== undefined) await wait
      return inner.send(key, command)
    },
    open: async () => (inner.isReady ? undefined : inner.open()),
    close: () => inner.close(),
    duplicate: () => inner.duplicate(),
    subscribe: (channel, listener, renewed) => inner.subscribe(channel, listener, renewed),
  }
}

/** A tier over these commands, by default with a prefix of its own and patient: the machine may be busy. */
export function tierOver(commands: RedisCommands, options: RedisTierOptions = {}): RedisTier {
  return new RedisTier(commands, resolveRedisTierOptions({ prefix: ownPrefix(), deadline: '10s', ...options }))
}

export function ownPrefix(): string {
  return `test:${randomUUID()}:`
}

/** An entry stored now, fresh for an hour and stale for another; `facts` replace what they name. */
export function entryOf(value: unknown, facts: Partial<Entry> = {}): Entry {
  return { ...makeEntry(value, Date.now(), HOUR_MS, HOUR_MS, 0), ...facts }
}

/** An entry that is stale by now and expires in an hour. */
export function staleEntryOf(value: unknown): Entry {
  const now = Date.now()
  return entryOf(value, { storedAt: now - 2_000, staleAt: now - 1_000, expiresAt: now + HOUR_MS })
}
