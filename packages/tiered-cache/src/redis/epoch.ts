import { endOfTurn } from '../end-of-turn.ts'
import { randomId } from '../random-id.ts'
import type { RedisSender, Reply } from './commands.ts'
import { EPOCH_CHARS } from './lease-header.ts'
import { LuaScript } from './lua-script.ts'
import { Batch, Turn } from './turn.ts'
import { WriteBatch } from './write-batch.ts'

const ID_BYTES = 9

/**
 * A client may send a command again whose answer was lost, after others have begun later epochs: no two runs make the same id, also
 * with the same argument.
 */
const NEW_ID = `
local time = redis.call('TIME')
local id = string.sub(redis.sha1hex(ARGV[1] .. time[1] .. '.' .. time[2]), 1, ${EPOCH_CHARS})
redis.call('SET', KEYS[1], id)
return id`

/** (key; chance) The epoch that is there, else begins one. */
const BEGIN = new LuaScript(`
local held = redis.pcall('GET', KEYS[1])
if type(held) == 'string' and #held == ${EPOCH_CHARS} then return held end${NEW_ID}`)

/** (key; chance) Begins another one. */
const RENEW = new LuaScript(NEW_ID)

/**
 * An epoch: a random id in Redis that every record it is for names. A record of another epoch than the one that Redis names at
 * the time it is read is absent, so one write clears everything, however much there is, and a lost epoch makes records absent,
 * never valid again. It has no end of its own: where Redis evicts keys without one, it is the one that is read most.
 *
 * Whoever stores a value names the epoch that was there when the value was begun: what a clear has overtaken stays cleared.
 */
export class Epoch {
  readonly name: string
  readonly #commands: RedisSender
  readonly #reads: Turn<EpochRead>
  /** One script for all who find none in one turn of the loop. */
  readonly #begins: Turn<WriteBatch>
  #last: Buffer | undefined

  /** @param name where Redis keeps it */
  constructor(commands: RedisSender, name: string) {
    this.#commands = commands
    this.name = name
    this.#reads = new Turn(() => new EpochRead(commands, name))
    this.#begins = new Turn(() => beginning(commands, name))
  }

  /** What was there when Redis was asked the last time. */
  get last(): Buffer | undefined {
    return this.#last
  }

  /** What Redis says, asked once for all who ask in one turn of the loop; `undefined` where there is none. */
  async read(): Promise<Buffer | undefined> {
    return this.seen(await this.#reads.batch(0).reply)
  }

  /** The same; where there is none, one begins. */
  async current(): Promise<Buffer> {
    return (await this.read()) ?? (await this.#begun())
  }

  /** A reply with the epoch has come, by whichever command. The answer shares no memory with the reply. */
  seen(reply: Reply | undefined): Buffer | undefined {
    if (!Buffer.isBuffer(reply) || reply.length !== EPOCH_CHARS) return undefined
    if (this.#last?.equals(reply) !== true) this.#last = Buffer.from(reply)
    return this.#last
  }

  /** Another one begins: nothing that was stored before is there any more, nor what is on its way as this is called. */
  async renew(): Promise<void> {
    await endOfTurn()
    await RENEW.run(this.#commands, [this.name], [randomId(ID_BYTES)])
  }

  async #begun(): Promise<Buffer> {
    const epoch = this.seen(await this.#begins.batch(0).reply)
    if (epoch === undefined) throw new TypeError('Redis answered an epoch with something else than an id')
    return epoch
  }
}

/** One question for all who ask in one turn of the loop. */
class EpochRead extends Batch<Reply | undefined> {
  readonly #commands: RedisSender
  readonly #name: string

  constructor(commands: RedisSender, name: string) {
    super()
    this.#commands = commands
    this.#name = name
  }

  get isFull(): boolean {
    return false
  }

  /** MGET, since it has an answer for a key that holds no string too. */
  protected async ask(): Promise<Reply | undefined> {
    const replies = await this.#commands.send(this.#name, ['MGET', this.#name])
    return Array.isArray(replies) ? (replies as readonly Reply[])[0] : undefined
  }
}

function beginning(commands: RedisSender, name: string): WriteBatch {
  const batch = new WriteBatch(commands, BEGIN, [])
  batch.place(name, randomId(ID_BYTES))
  return batch
}
