import type { Clock } from '@org/tiered-cache'
import type { Bus, BusListener, BusMessage } from '../src/tiers/bus.ts'
import type { ModelMessage, RedisModel } from './redis-model.fixture.ts'
import type { Wire } from './wire.fixture.ts'

/** What a test wants to know of a bus. */
export interface BusWitness {
  /** A message of these keys, or of a clear, is being published; the answer is called with its id once it is on the stream. */
  publishing(keys: readonly string[] | 'clear'): (id: number) => void
  /** The node has done what it does for this message. */
  told(id: number): void
  /** The node has done what it does for everything up to this message. */
  toldUpTo(id: number): void
}

/**
 * The bus of one node over the stream of the model, with the rules of the chain: every message names its predecessor, and one that
 * names another than the last one read shows a gap. It reads and tells only when a test says so.
 */
export class BusModel implements Bus {
  readonly #redis: RedisModel
  readonly #wire: Wire
  readonly #clock: Clock
  readonly #witness: BusWitness | undefined
  #listener: BusListener | undefined
  #position: number | undefined
  #goal: number | undefined
  /** Read, but not told yet. */
  #batch: ModelMessage[] = []
  /** The tip that was read at a gap that is not told yet. */
  #gapAt: number | undefined
  #toldAllAt: number | undefined
  #hasCaughtUp = false
  /** Published by this node, and not read yet. */
  #sent: number[] = []
  isCut = false

  constructor(redis: RedisModel, wire: Wire, clock: Clock, witness?: BusWitness) {
    this.#redis = redis
    this.#wire = wire
    this.#clock = clock
    this.#witness = witness
  }

  publish(message: BusMessage): Promise<void> {
    const keys = message.action === 'delete' ? message.keys : 'clear'
    const published = this.#witness?.publishing(keys)
    return this.#wire.run(`publish ${String(keys)}`, () => {
      const id = this.#redis.append(message)
      published?.(id)
      this.#sent.push(id)
    })
  }

  subscribe(from: string | undefined, listener: BusListener): () => void {
    this.#listener = listener
    this.#position = from === undefined ? undefined : Number(from)
    return () => {
      this.#listener = undefined
    }
  }

  get silentMs(): number {
    return this.#toldAllAt === undefined ? Infinity : this.#clock.monotonic() - this.#toldAllAt
  }

  get hasCaughtUp(): boolean {
    return this.#hasCaughtUp
  }

  /** One step: a read, or the telling of one message or gap. Whether there was anything to do. */
  step(): boolean {
    if (this.#listener === undefined || this.isCut) return false
    if (this.#gapAt !== undefined) return this.#tellGap(this.#gapAt)
    const next = this.#batch.shift()
    return next === undefined ? this.#read() : this.#take(next)
  }

  /** Until there is nothing left to tell. */
  run(): void {
    for (let idle = 0; idle < 2; ) idle = this.step() ? 0 : idle + 1
  }

  #read(): boolean {
    const position = this.#position
    if (position === undefined) return this.#findGap()
    const { stream, tip } = this.#redis
    if (this.#goal === undefined) {
      if (tip === undefined || position > tip) return this.#findGap()
      this.#goal = tip
    }
    this.#batch = stream.filter(({ id }) => id > position)
    if (this.#batch.length > 0) return true
    if (tip !== position || this.#sent.length > 0) return this.#findGap()
    this.#toldAll()
    return false
  }

  #take(next: ModelMessage): boolean {
    const isRolledBack = this.#sent.some((id) => id < next.id)
    if (next.previous !== this.#position || isRolledBack) return this.#findGap()
    this.#position = next.id
    if (this.#sent[0] === next.id) this.#sent.shift()
    if (next.message !== 'hello') this.#listener?.message(next.message, String(next.id))
    this.#witness?.told(next.id)
    if (this.#batch.length === 0 && next.id === this.#redis.tip) this.#toldAll()
    if (this.#goal !== undefined && next.id >= this.#goal) this.#hasCaughtUp = true
    return true
  }

  /** The tip first: what is published from now on is read. */
  #findGap(): boolean {
    this.#batch = []
    this.#sent = []
    this.#gapAt = this.#redis.tip ?? this.#redis.append('hello')
    return true
  }

  #tellGap(tip: number): boolean {
    this.#gapAt = undefined
    this.#position = tip
    this.#goal ??= tip
    this.#listener?.gap(String(tip))
    this.#witness?.toldUpTo(tip)
    this.#toldAll()
    return true
  }

  #toldAll(): void {
    this.#toldAllAt = this.#clock.monotonic()
    this.#hasCaughtUp = true
  }
}
