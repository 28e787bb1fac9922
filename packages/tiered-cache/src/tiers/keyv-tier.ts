import { type Duration, durationMs } from '../duration.ts'
import type { Entry } from '../entry.ts'
import { assertName, assertOptions, shown } from '../option-object.ts'
import { faultsOf } from './keyv-faults.ts'
import { decodeRecord, encodeRecord } from './keyv-record.ts'
import type { Tier } from './tier.ts'

/** Any Keyv instance, of Keyv 5 or 6, over any store: what the tier calls of it. */
export interface KeyvLike {
  get(key: string): Promise<unknown>
  /** Asked in place of `get` where `throwOnErrors` is false, as in Keyv 5: that `get` hides what the store throws. */
  getRaw?(key: string): Promise<unknown>
  set(key: string, value: never, ttlMs?: number): Promise<unknown>
  delete(key: string): Promise<unknown>
  clear(): Promise<unknown>
  disconnect(): Promise<unknown>
  on(event: 'error', listener: (error: unknown) => void): unknown
  readonly throwOnErrors?: boolean | undefined
}

/** Options of {@link keyvTier}. */
export interface KeyvTierOptions {
  /** Label in stats and events. Default `'keyv'`. */
  readonly name?: string | undefined
  /** Whether other processes see the store. Default true. */
  readonly shared?: boolean | undefined
  /** How long the cache waits for one operation. Default 250 ms if shared, else 1 s. */
  readonly deadline?: Duration | undefined
  /** Cap on the life of what it keeps. Default none. */
  readonly ttl?: Duration | undefined
  /** Whether closing the cache disconnects the Keyv instance. Default false: it is yours. */
  readonly closeKeyv?: boolean | undefined
}

const OPTIONS = ['name', 'shared', 'deadline', 'ttl', 'closeKeyv']
const METHODS = ['get', 'set', 'delete', 'clear', 'disconnect', 'on']
/** Read when the tier opens. Printable, unlike the keys of the cache's own: not every store takes U+0000. */
const PROBE_KEY = 'tiered-cache:probe'
/** Longer lives are for ever: stores add them to the time of day, and Redis or Date would overflow. */
const MAX_TTL_MS = 1e14

/**
 * A tier over a Keyv instance, with one string per entry: types, sharing and cycles of a value survive in any store.
 * Namespace and connection are Keyv's; the tier adds one `error` listener to the instance, so that no error it emits can
 * end the process, and rejects where Keyv reports a fault by an event and an empty answer.
 * @throws TypeError or RangeError for what is no Keyv instance or no option.
 */
export function keyvTier(keyv: KeyvLike, options: KeyvTierOptions = {}): Tier {
  assertKeyv(keyv)
  assertOptions('keyvTier options', options, OPTIONS)
  const { name = 'keyv', shared = true, deadline, ttl, closeKeyv = false } = options
  assertName('name', name)
  assertBoolean('shared', shared)
  assertBoolean('closeKeyv', closeKeyv)
  if (deadline !== undefined) durationMs('deadline', deadline)
  if (ttl !== undefined) durationMs('ttl', ttl)
  return new KeyvTier(keyv, { name, shared, deadline, ttl, closeKeyv })
}

type Resolved = Required<Pick<KeyvTierOptions, 'deadline' | 'ttl'>> & {
  readonly name: string
  readonly shared: boolean
  readonly closeKeyv: boolean
}

class KeyvTier implements Tier {
  readonly name: string
  readonly shared: boolean
  readonly sync = false
  readonly deadline: Duration | undefined
  readonly ttl: Duration | undefined
  readonly #keyv: KeyvLike
  readonly #closeKeyv: boolean
  readonly #faults: ReturnType<typeof faultsOf>

  constructor(keyv: KeyvLike, { name, shared, deadline, ttl, closeKeyv }: Resolved) {
    this.name = name
    this.shared = shared
    this.deadline = deadline
    this.ttl = ttl
    this.#keyv = keyv
    this.#closeKeyv = closeKeyv
    this.#faults = faultsOf(keyv)
  }

  /** One read: a store that is down is known before the first request. */
  open(): Promise<void> {
    return this.#faults.watchUntilError(() => this.#read(PROBE_KEY))
  }

  async get(key: string): Promise<Entry | undefined> {
    return decodeRecord(key, await this.#faults.watch(() => this.#read(key), isUndefined))
  }

  async set(key: string, entry: Entry): Promise<void> {
    const record = encodeRecord(key, entry)
    const ttlMs = lifeLeftMs(entry, Date.now())
    if (ttlMs <= 0) return this.delete(key)
    const ttl = ttlMs > MAX_TTL_MS ? undefined : Math.ceil(ttlMs)
    // @keyv/redis answers true for a write that failed, so any answer is doubtful.
    const stored = await this.#faults.watch(() => this.#keyv.set(key, record as never, ttl), always)
    if (stored === false) throw new Error('Keyv did not store the record')
  }

  async delete(key: string): Promise<void> {
    await this.#faults.watch(() => this.#keyv.delete(key), isNotTrue)
  }

  /** Clears the namespace of the Keyv instance. */
  async clear(): Promise<void> {
    await this.#faults.watch(() => this.#keyv.clear(), always)
  }

  async close(): Promise<void> {
    if (this.#closeKeyv) await this.#faults.watch(() => this.#keyv.disconnect(), always)
  }

  async #read(key: string): Promise<unknown> {
    try {
      if (this.#keyv.throwOnErrors !== false || this.#keyv.getRaw === undefined) return await this.#keyv.get(key)
      return ((await this.#keyv.getRaw(key)) as { readonly value?: unknown } | undefined)?.value
    } catch (error) {
      // Keyv 5 throws where the stored text does not parse: a damaged or foreign record.
      if (error instanceof SyntaxError) return undefined
      throw error
    }
  }
}

/** By the machine's clock where that is within the entry's life, else, for another clock, all of it. */
function lifeLeftMs(entry: Entry, now: number): number {
  const life = entry.expiresAt - entry.storedAt
  const left = entry.expiresAt - now
  return left >= 0 && left <= life ? left : life
}

const always = (): boolean => true
const isUndefined = (answer: unknown): boolean => answer === undefined
/** `false` also says that there was nothing to delete. */
const isNotTrue = (answer: unknown): boolean => answer !== true

/** Names the kind and never the value: an URL given by mistake may hold a password. */
function assertKeyv(keyv: unknown): void {
  if (typeof keyv !== 'object' || keyv === null) {
    throw new TypeError(`keyv must be a Keyv instance, got ${keyv === null ? 'null' : typeof keyv}`)
  }
  const missing = METHODS.find((method) => typeof (keyv as Record<string, unknown>)[method] !== 'function')
  if (missing !== undefined) throw new TypeError(`keyv must be a Keyv instance, got an object without ${missing}()`)
}

function assertBoolean(option: string, value: unknown): void {
  if (typeof value === 'boolean') return
  throw new TypeError(`${option} must be true or false, got ${shown(value)}`)
}
