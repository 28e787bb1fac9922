import { systemClock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import type { Duration } from '../duration.ts'
import type { Entry } from '../entry.ts'
import { randomId } from '../random-id.ts'
import type { LeaseAuthority, MaybePromise, Off, Tier } from '../tiers/tier.ts'
import { BatchedReads } from './batched-reads.ts'
import { redisCommands } from './client/redis-commands.ts'
import { slotOn } from './cluster-slot.ts'
import type { RedisCommands } from './commands.ts'
import { CountedCommands } from './counted-commands.ts'
import { DeleteBatch } from './delete-batch.ts'
import { Epochs } from './epochs.ts'
import { RedisLeaseAuthority } from './lease-authority.ts'
import { TOKEN_BYTES } from './lease-header.ts'
import { OVER, recordLife } from './record-life.ts'
import { RedisRecords } from './redis-records.ts'
import { type RedisTierOptions, type RedisTierSettings, resolveRedisTierOptions } from './redis-tier-options.ts'
import { isRefusal } from './refusal.ts'
import { StartChecks } from './start-checks.ts'
import { Turn } from './turn.ts'

/**
 * A tier in Redis 6.2 or later, or Valkey: one server, Sentinel or a cluster, shared by all nodes that use the same prefix.
 * Records are checked as they are read: what is damaged, foreign or of another version is a miss. Reads of one turn of the loop go
 * out as one `MGET` (one for each slot of a cluster), and so do the writes. Keys are never listed, and nothing is flushed: `clear`
 * begins another epoch (see `Epoch`).
 *
 * With leases, which are the default, one node loads a key at a time, and nothing that was loaded or set before a `delete` or `set`
 * comes after it; a `set` takes two trips for that.
 * @throws TypeError or RangeError naming the option and the value
 */
export function redisTier(options: RedisTierOptions = {}): Tier & { readonly shared: true; readonly sync: false } {
  const settings = resolveRedisTierOptions(options)
  return new RedisTier(redisCommands({ url: options.url, client: options.client }, 'redisTier'), settings)
}

/** The tier of {@link redisTier} over any commands. */
export class RedisTier implements Tier {
  readonly name: string
  readonly shared = true
  readonly sync = false
  readonly readsTogether: boolean
  readonly deadline: Duration
  readonly ttl: Duration | undefined
  readonly lease: LeaseAuthority | undefined
  readonly #deadlineMs: number
  readonly #prefix: string
  readonly #connection: RedisCommands
  readonly #commands: CountedCommands
  readonly #records: RedisRecords
  readonly #epochs: Epochs
  readonly #reads: BatchedReads
  readonly #deletes: Turn<DeleteBatch>
  readonly #checks: StartChecks
  readonly #warned = new Set<(message: string) => void>()
  #closing: Promise<void> | undefined

  constructor(commands: RedisCommands, settings: RedisTierSettings) {
    const { name, prefix, ttl, deadline, deadlineMs, leaseMs, format } = settings
    this.name = name
    this.ttl = ttl
    // A part of a cluster that hangs is not to hold up what is read of the others.
    this.readsTogether = !commands.isCluster
    this.deadline = deadline
    this.#deadlineMs = deadlineMs
    this.#prefix = prefix
    this.#connection = commands
    this.#commands = new CountedCommands(commands)
    this.#records = new RedisRecords(format)
    this.#epochs = new Epochs(this.#commands, prefix)
    this.#reads = new BatchedReads(this.#commands, this.#records, prefix, this.#epochs)
    this.#deletes = new Turn(() => new DeleteBatch(this.#commands))
    this.#checks = new StartChecks(this.#commands, settings)
    if (leaseMs === undefined) return
    this.lease = new RedisLeaseAuthority(this.#commands, this.#records, this.#epochs, prefix, leaseMs)
  }

  /** Connects where the connection is ours, and looks for what is likely a mistake: see {@link onWarning}. */
  async open(): Promise<void> {
    await this.#connection.open()
    for (const message of await this.#checks.warnings()) {
      for (const listener of this.#warned) listener(message)
    }
  }

  get(key: string): Promise<Entry | undefined> {
    return this.#reads.read(key)
  }

  getMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    return this.#reads.readMany(keys)
  }

  /**
   * Resolves also where a later `set` or `delete` has overtaken it: then that one stands. An entry whose life is over is deleted.
   * Rejects with UnstorableValueError: what was there stays.
   */
  async set(key: string, entry: Entry): Promise<void> {
    if (recordLife(entry) === OVER) return this.delete(key)
    if (this.lease !== undefined) return this.#setLeased(this.lease, key, entry)
    const epoch = this.#epochs.of(slotOn(this.#commands, this.#prefix + key))
    // What is known of it is asked for again on the way: where it was not known any more, the record is not there for anyone.
    const known = epoch.last ?? (await epoch.current())
    const [current] = await Promise.all([epoch.current(), this.#setPlain(key, entry, known)])
    if (!current.equals(known)) await this.#setPlain(key, entry, current)
  }

  /** Every entry is tried; rejects with the first fault. */
  async setMany(entries: readonly (readonly [string, Entry])[]): Promise<void> {
    await allDone(entries.map(([key, entry]) => this.set(key, entry)))
  }

  async delete(key: string): Promise<void> {
    await this.#deleteSoon(key).reply
  }

  /** Every key is tried; rejects with the first fault. */
  async deleteMany(keys: readonly string[]): Promise<void> {
    const batches = new Set(keys.map((key) => this.#deleteSoon(key)))
    await allDone([...batches].map(({ reply }) => reply))
  }

  /**
   * One command, 64 on a cluster, however much there is, which Redis frees as it expires. Values begun before, and stored later, are
   * cleared too.
   */
  clear(isRetry = false): Promise<void> {
    return this.#epochs.renew(isRetry)
  }

  /** Makes the record of an entry ahead of the `set` or `fill` that is to follow. @throws UnstorableValueError */
  prepare(key: string, entry: Entry): MaybePromise<number> {
    return this.#records.prepare(key, entry)
  }

  isRefusal(error: unknown): boolean {
    return isRefusal(error)
  }

  onWarning(listener: (message: string) => void): Off {
    this.#warned.add(listener)
    return () => this.#warned.delete(listener)
  }

  /** Waits for the answers that are due, a deadline long at most, and ends the connection where it is ours. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  /**
   * First the lease, then the value: a command that comes late takes a lease at most, and what it would have stored is refused where
   * anyone has written since.
   */
  async #setLeased(lease: LeaseAuthority, key: string, entry: Entry): Promise<void> {
    const begun = performance.now()
    const token = randomId(TOKEN_BYTES)
    await lease.stake(key, token)
    // Whoever called has given it up by now: a write that was made since may be the newer one, and the stake came after it.
    if (performance.now() - begun > this.#deadlineMs) throw new Error('the lease for the write came too late')
    try {
      await lease.fill(key, token, entry)
    } catch (error) {
      // Nobody is to wait for what does not come.
      lease.release(key, token).catch(() => {})
      throw error
    }
  }

  async #setPlain(key: string, entry: Entry, epoch: Buffer): Promise<void> {
    const name = this.#prefix + key
    const encoded = this.#records.encode(key, entry, epoch)
    const record = encoded instanceof Promise ? await encoded : encoded
    await this.#commands.send(name, plainSet(name, record, recordLife(entry)))
  }

  #deleteSoon(key: string): DeleteBatch {
    const name = this.#prefix + key
    const batch = this.#deletes.batch(slotOn(this.#commands, name))
    batch.place(name)
    return batch
  }

  async #end(): Promise<void> {
    this.#checks.end()
    await withinDeadline(() => this.#commands.idle(), this.#deadlineMs, systemClock).catch(() => {})
    await this.#connection.close()
  }
}

function plainSet(name: string, record: Buffer, life: string): readonly (string | Buffer)[] {
  return life === '' ? ['SET', name, record] : ['SET', name, record, 'PX', life]
}

async function allDone(work: readonly Promise<unknown>[]): Promise<void> {
  for (const each of await Promise.allSettled(work)) if (each.status === 'rejected') throw each.reason
}
