import { randomId } from '../random-id.ts'
import type { RedisSender, Reply } from './commands.ts'
import { EPOCH_CHARS } from './lease-header.ts'
import { LuaScript } from './lua-script.ts'
import { Turn } from './turn.ts'

const ID_BYTES = 9

/** (key; id) The epoch that is there, else begins one with this id. */
const BEGIN = new LuaScript(`
local held = redis.pcall('GET', KEYS[1])
if type(held) == 'string' and #held == ${EPOCH_CHARS} then return held end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]`)

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
  readonly #turn: Turn<EpochRead>
  #last: Buffer | undefined
  #beginning: Promise<Buffer> | undefined

  /** @param name where Redis keeps it */
  constructor(commands: RedisSender, name: string) {
    this.#commands = commands
    this.name = name
    this.#turn = new Turn(() => new EpochRead(commands, this.name))
  }

  /** What was there when it was last asked for by {@link current}. */
  get last(): Buffer | undefined {
    return this.#last
  }

  /** What Redis says, asked once for all who ask in one turn of the loop; `undefined` where there is none. */
  read(): Promise<Buffer | undefined> {
    return this.#turn.batch(0).epoch
  }

  /** The same; where there is none, one begins. */
  async current(): Promise<Buffer> {
    this.#last = (await this.read()) ?? (await this.#begun())
    return this.#last
  }

  /** Another one begins: nothing that was stored before is there any more. */
  async renew(): Promise<void> {
    await this.#commands.send(this.name, ['SET', this.name, randomId(ID_BYTES)])
  }

  /** One script for all who find none. */
  async #begun(): Promise<Buffer> {
    this.#beginning ??= this.#begin()
    try {
      return await this.#beginning
    } finally {
      this.#beginning = undefined
    }
  }

  async #begin(): Promise<Buffer> {
    const epoch = epochOf(await BEGIN.run(this.#commands, [this.name], [randomId(ID_BYTES)]))
    if (epoch === undefined) throw new TypeError('Redis answered an epoch with something else than an id')
    return epoch
  }
}

/** What a reply says of the epoch; `undefined` for what is none. */
export function epochOf(reply: Reply | undefined): Buffer | undefined {
  return Buffer.isBuffer(reply) && reply.length === EPOCH_CHARS ? reply : undefined
}

class EpochRead {
  readonly isFull = false
  readonly epoch: Promise<Buffer | undefined>
  readonly #commands: RedisSender
  readonly #name: string
  #resolve: (epoch: Promise<Buffer | undefined>) => void = () => {}

  constructor(commands: RedisSender, name: string) {
    this.#commands = commands
    this.#name = name
    this.epoch = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  send(): void {
    this.#resolve(this.#read())
  }

  /** MGET, since it has an answer for a key that holds no string too. */
  async #read(): Promise<Buffer | undefined> {
    const replies = await this.#commands.send(this.#name, ['MGET', this.#name])
    return epochOf(Array.isArray(replies) ? (replies as readonly Reply[])[0] : undefined)
  }
}
