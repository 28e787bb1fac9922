import type { RedisCommands, Reply } from './commands.ts'
import { LuaScript } from './lua-script.ts'
import { type MessageBody, parseBody } from './message-body.ts'

/** One entry of the stream. */
export interface StreamEntry {
  readonly id: string
  /** The id of the entry before it as the writer saw it, `0-0` where there was none; `undefined` in a foreign entry. */
  readonly predecessor: string | undefined
  /** `undefined` where it cannot be read. */
  readonly body: MessageBody | undefined
}

/** Where a stream is, and about how many entries are kept. */
export interface StreamKey {
  readonly stream: string
  readonly maxLength: number
}

/** How many entries one answer holds at most. */
export const BATCH = 1_000

/**
 * Entries name their predecessor (field `p`): Redis itself does not tell a reader that entries were lost before the next one.
 * One script, so that no other writer gets in between.
 */
const APPEND = new LuaScript(`local tip = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
return redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'p', tip[1] and tip[1][1] or '0-0', 'm', ARGV[2])`)

/** A Redis stream whose entries are chained. Every method rejects where Redis gives no answer. */
export class RedisStream {
  readonly #commands: RedisCommands
  readonly #key: string
  readonly #maxLength: string

  constructor(commands: RedisCommands, { stream, maxLength }: StreamKey) {
    this.#commands = commands
    this.#key = stream
    this.#maxLength = String(Math.min(maxLength, Number.MAX_SAFE_INTEGER))
  }

  /** Adds an entry and trims the stream to about `maxLength`. Gives the id. */
  async append(body: string): Promise<string> {
    return text(await APPEND.run(this.#commands, [this.#key], [this.#maxLength, body]))
  }

  /** The id of the last entry; `undefined` where there is none. */
  async tip(): Promise<string | undefined> {
    const reply = await this.#commands.send(this.#key, ['XREVRANGE', this.#key, '+', '-', 'COUNT', '1'])
    const [entry] = entriesOf(reply)
    return entry?.id
  }

  async holds(id: string): Promise<boolean> {
    return list(await this.#commands.send(this.#key, ['XRANGE', this.#key, id, id])).length > 0
  }

  /** The entries after `id`, at most {@link BATCH}; waits up to `blockMs` for one, then gives none. */
  async after(id: string, blockMs: number): Promise<readonly StreamEntry[]> {
    const how = ['COUNT', String(BATCH), 'BLOCK', String(blockMs), 'STREAMS', this.#key, id]
    const reply = await this.#commands.send(this.#key, ['XREAD', ...how])
    if (reply === null) return []
    const [streamAndEntries] = list(reply)
    return entriesOf(list(streamAndEntries)[1])
  }
}

function entriesOf(reply: Reply | undefined): readonly StreamEntry[] {
  return list(reply).map((each) => {
    const [id, fields] = list(each)
    return { id: text(id), ...contentOf(list(fields)) }
  })
}

function contentOf(fields: readonly Reply[]): Omit<StreamEntry, 'id'> {
  const [p, predecessor, m, body, ...more] = fields.map(text)
  const isOurs = p === 'p' && m === 'm' && body !== undefined && more.length === 0
  return { predecessor: isOurs ? predecessor : undefined, body: isOurs ? parseBody(body) : undefined }
}

function list(reply: Reply | undefined): readonly Reply[] {
  if (Array.isArray(reply)) return reply as readonly Reply[]
  throw new TypeError('Redis answered something else than a list')
}

function text(reply: Reply | undefined): string {
  if (Buffer.isBuffer(reply)) return reply.toString()
  throw new TypeError('Redis answered something else than bytes')
}
