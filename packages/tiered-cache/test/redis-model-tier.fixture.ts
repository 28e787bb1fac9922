import type { Clock, Entry, Tier } from '@org/tiered-cache'
import { recordIdOf } from '../src/redis/record-id.ts'
import type { LeaseAuthority, LeaseGrant } from '../src/tiers/tier.ts'
import type { ModelRecord, RedisModel } from './redis-model.fixture.ts'
import { asStored } from './stored-entry.fixture.ts'
import type { Wire } from './wire.fixture.ts'

/** The leased tier of one node over the model of Redis. */
export class RedisModelTier implements Tier {
  readonly name = 'redis'
  readonly shared = true
  readonly sync = false
  readonly readsTogether = true
  readonly lease: LeaseAuthority
  readonly #redis: RedisModel
  readonly #wire: Wire
  readonly #clock: Clock
  /** In which the holders of leases began, by token. */
  readonly #epochs = new Map<string, number>()

  /** `clock` is that of the node. */
  constructor(redis: RedisModel, wire: Wire, clock: Clock, leaseMs = 10_000) {
    this.#redis = redis
    this.#wire = wire
    this.#clock = clock
    this.lease = {
      durationMs: leaseMs,
      acquire: (key, token, seen) => this.#acquire(key, token, seen),
      stake: (key, token) =>
        wire.run(`stake ${key}`, () => {
          this.#begin(token)
          redis.stake(key, token, leaseMs)
        }),
      renew: (key, token) => wire.run(`renew ${key}`, () => redis.renew(key, token, leaseMs)),
      fill: (key, token, entry) => this.#fill(key, token, entry),
      release: (key, token) => wire.run(`release ${key}`, () => redis.release(key, token)),
    }
  }

  async get(key: string): Promise<Entry | undefined> {
    const record = await this.#wire.run(`get ${key}`, () => this.#redis.get(key))
    return record && entryOf(record)
  }

  async getMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    const records = await this.#wire.run(`get ${keys.join()}`, () => keys.map((key) => this.#redis.get(key)))
    return records.map((record) => record && entryOf(record))
  }

  async set(key: string, entry: Entry): Promise<void> {
    const token = `set ${Math.random()}`
    await this.lease.stake(key, token)
    await this.lease.fill(key, token, entry)
  }

  delete(key: string): Promise<void> {
    return this.#wire.run(`delete ${key}`, () => this.#redis.delete(key))
  }

  clear(): Promise<void> {
    return this.#wire.run('clear', () => this.#redis.clear())
  }

  #begin(token: string): void {
    if (!this.#epochs.has(token)) this.#epochs.set(token, this.#redis.epoch)
  }

  async #acquire(key: string, token: string, seen: Entry | undefined): Promise<LeaseGrant> {
    const seenId = seen && recordIdOf(seen)
    const grant = await this.#wire.run(`acquire ${key}`, () => {
      this.#begin(token)
      return this.#redis.acquire(key, token, this.lease.durationMs, seenId)
    })
    return grant.state === 'present' ? { state: 'present', entry: entryOf(grant.record) } : grant
  }

  #fill(key: string, token: string, entry: Entry): Promise<boolean> {
    const now = this.#clock.now()
    const epoch = this.#epochs.get(token) ?? NaN
    return this.#wire.run(`fill ${key}`, () =>
      this.#redis.fill(key, token, entry, epoch, entry.staleAt - now, entry.expiresAt - now),
    )
  }
}

function entryOf({ entry }: ModelRecord): Entry {
  return asStored(entry as Entry)
}
