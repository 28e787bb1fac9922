import type { Entry } from '@org/tiered-cache'
import { recordIdOf } from '../src/redis/record-id.ts'
import type { BusMessage } from '../src/tiers/bus.ts'
import { asStored } from './stored-entry.fixture.ts'

/** A record: a value, or nothing but a lease. Times are those of the model's own clock. */
export interface ModelRecord {
  readonly id: string
  readonly entry: Entry | undefined
  /** In which the value was begun. */
  readonly epoch: number
  readonly token: string | undefined
  readonly leaseUntil: number
  readonly staleAt: number
  readonly expiresAt: number
}

/** One message on the stream. Each names the one before it; `0` is none. */
export interface ModelMessage {
  readonly id: number
  readonly previous: number
  readonly message: BusMessage | 'hello'
}

export type ModelGrant =
  | { readonly state: 'granted' }
  | { readonly state: 'busy'; readonly msLeft: number }
  | { readonly state: 'present'; readonly record: ModelRecord }

/**
 * What Redis and the scripts of a leased tier do, in one process: records with a lease in each, and a stream. Every method is one
 * command: it happens at once.
 */
export class RedisModel {
  readonly records = new Map<string, ModelRecord>()
  stream: ModelMessage[] = []
  /** Called with each value that is stored. */
  onStored: (key: string, entry: Entry) => void = () => {}
  /** Values of an earlier one are not there. */
  epoch = 0
  readonly #now: () => number
  readonly #keepsStaked: boolean
  #lastId = 0

  /** `keepsStaked`: a value that is about to be overwritten stays readable until then. */
  constructor(now: () => number, keepsStaked = false) {
    this.#now = now
    this.#keepsStaked = keepsStaked
  }

  get(key: string): ModelRecord | undefined {
    const record = this.#alive(key)
    return record?.entry === undefined ? undefined : record
  }

  acquire(key: string, token: string, leaseMs: number, seenId: string | undefined): ModelGrant {
    const record = this.#alive(key)
    const now = this.#now()
    if (record !== undefined && record.token !== token) {
      if (record.token !== undefined && record.leaseUntil > now)
        return { state: 'busy', msLeft: record.leaseUntil - now }
      if (record.entry !== undefined && record.staleAt > now && record.id !== seenId)
        return { state: 'present', record }
    }
    this.#lease(key, record, token, leaseMs)
    return { state: 'granted' }
  }

  stake(key: string, token: string, leaseMs: number): void {
    this.#lease(key, this.#keepsStaked ? this.#alive(key) : undefined, token, leaseMs)
  }

  renew(key: string, token: string, leaseMs: number): boolean {
    const record = this.#alive(key)
    if (record?.token !== token) return false
    this.#lease(key, record, token, leaseMs)
    return true
  }

  fill(key: string, token: string, entry: Entry, epoch: number, freshMs: number, lifeMs: number): boolean {
    if (this.#alive(key)?.token !== token) return false
    const now = this.#now()
    const times = { leaseUntil: 0, staleAt: now + freshMs, expiresAt: now + lifeMs }
    if (lifeMs <= 0) this.records.delete(key)
    else this.records.set(key, { id: recordIdOf(entry), entry: asStored(entry), epoch, token: undefined, ...times })
    if (lifeMs > 0 && epoch === this.epoch) this.onStored(key, entry)
    return true
  }

  release(key: string, token: string): void {
    const record = this.#alive(key)
    if (record?.token !== token) return
    if (record.entry === undefined) this.records.delete(key)
    else this.records.set(key, { ...record, token: undefined, leaseUntil: 0 })
  }

  delete(key: string): void {
    this.records.delete(key)
  }

  clear(): void {
    this.epoch++
  }

  /** What a replica has by now, which may take over later: then everything done meanwhile is lost. */
  replicate(): () => void {
    const [records, stream, epoch] = [new Map(this.records), this.stream.slice(), this.epoch]
    return () => {
      this.records.clear()
      for (const [key, record] of records) this.records.set(key, record)
      this.stream = stream
      this.epoch = epoch
    }
  }

  flushAll(): void {
    this.clear()
    this.records.clear()
    this.stream = []
  }

  append(message: BusMessage | 'hello'): number {
    const id = ++this.#lastId
    this.stream.push({ id, previous: this.tip ?? 0, message })
    return id
  }

  get tip(): number | undefined {
    return this.stream.at(-1)?.id
  }

  #alive(key: string): ModelRecord | undefined {
    const record = this.records.get(key)
    if (record === undefined) return undefined
    if (record.expiresAt > this.#now()) return record.epoch === this.epoch ? record : { ...record, entry: undefined }
    this.records.delete(key)
    return undefined
  }

  #lease(key: string, record: ModelRecord | undefined, token: string, leaseMs: number): void {
    const leaseUntil = this.#now() + leaseMs
    const empty = { id: '', entry: undefined, epoch: this.epoch, staleAt: 0, expiresAt: leaseUntil }
    const held = record ?? empty
    this.records.set(key, { ...held, token, leaseUntil, expiresAt: Math.max(held.expiresAt, leaseUntil) })
  }
}
