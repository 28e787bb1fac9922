import type { Entry } from '../entry.ts'
import { shown } from '../option-object.ts'
import type { LeaseAuthority, LeaseGrant } from '../tiers/tier.ts'
import type { RedisSender, Reply } from './commands.ts'
import { slotOn } from './cluster-slot.ts'
import type { Epoch } from './epoch.ts'
import type { Epochs } from './epochs.ts'
import { LeaseEpochs } from './lease-epochs.ts'
import { TOKEN_CHARS, holdsValue, recordId } from './lease-header.ts'
import { ACQUIRE, RELEASE, RENEW } from './lease-scripts.ts'
import { LeasedWrites } from './leased-writes.ts'
import { recordIdOf } from './record-id.ts'
import { recordLife } from './record-life.ts'
import type { RedisRecords } from './redis-records.ts'

/** How often a record that cannot be read may turn into another such, before we let it be for now. */
const MAX_UNREADABLE = 3
const BUSY_FOR_NOW: LeaseGrant = { state: 'busy', msLeft: 1 }
const GRANTED: LeaseGrant = { state: 'granted' }

/**
 * Leases over the records of a Redis tier. The lease is in the record itself, so whatever wipes or overwrites that, ends it: a
 * delete needs to leave nothing behind. One script each; all time is Redis' own.
 */
export class RedisLeaseAuthority implements LeaseAuthority {
  readonly durationMs: number
  readonly #commands: RedisSender
  readonly #records: RedisRecords
  readonly #epochs: Epochs
  readonly #begunIn = new LeaseEpochs()
  readonly #writes: LeasedWrites
  readonly #prefix: string

  constructor(commands: RedisSender, records: RedisRecords, epochs: Epochs, prefix: string, durationMs: number) {
    this.durationMs = durationMs
    this.#commands = commands
    this.#records = records
    this.#epochs = epochs
    this.#writes = new LeasedWrites(commands, durationMs)
    this.#prefix = prefix
  }

  async acquire(key: string, token: string, seen: Entry | undefined): Promise<LeaseGrant> {
    assertToken(token)
    let seenId = seen === undefined ? '' : recordIdOf(seen)
    for (let asked = 0; asked < MAX_UNREADABLE; asked++) {
      const known = this.#epochOf(key).last?.toString('latin1') ?? ''
      const args = [token, String(this.durationMs), seenId, known]
      const asking = ACQUIRE.run(this.#commands, [this.#prefix + key], args)
      const [reply, epoch] = await Promise.all([asking, this.#epochOf(key).current()])
      if (!Buffer.isBuffer(reply)) return this.#granted(reply, token, epoch)
      const entry = this.#records.decode(key, reply, epoch)
      if (entry !== undefined) return { state: 'present', entry }
      if (!holdsValue(reply)) break
      // Damaged behind its header, or of an earlier epoch: it is not to stand in the way.
      seenId = recordId(reply)
    }
    return BUSY_FOR_NOW
  }

  async stake(key: string, token: string): Promise<void> {
    assertToken(token)
    const [, epoch] = await Promise.all([this.#writes.stake(this.#prefix + key, token), this.#epochOf(key).current()])
    this.#begunIn.note(token, epoch)
  }

  async renew(key: string, token: string): Promise<boolean> {
    assertToken(token)
    const isHeld = (await RENEW.run(this.#commands, [this.#prefix + key], [token, String(this.durationMs)])) === 1
    if (!isHeld) this.#begunIn.take(token)
    return isHeld
  }

  /** An entry whose life is over ends the lease all the same; then nothing is stored. */
  async fill(key: string, token: string, entry: Entry): Promise<boolean> {
    assertToken(token)
    const epoch = this.#begunIn.take(token)
    if (epoch === undefined) return false
    const encoded = this.#records.encode(key, entry, epoch)
    const record = encoded instanceof Promise ? await encoded : encoded
    return this.#writes.fill(this.#prefix + key, token, record, recordLife(entry))
  }

  async release(key: string, token: string): Promise<void> {
    assertToken(token)
    this.#begunIn.take(token)
    await RELEASE.run(this.#commands, [this.#prefix + key], [token])
  }

  #epochOf(key: string): Epoch {
    return this.#epochs.of(slotOn(this.#commands, this.#prefix + key))
  }

  #granted(reply: Reply, token: string, epoch: Buffer): LeaseGrant {
    if (typeof reply !== 'number')
      throw new TypeError('Redis answered a lease with something else than a number or bytes')
    if (reply !== 0) return { state: 'busy', msLeft: reply }
    this.#begunIn.note(token, epoch)
    return GRANTED
  }
}

/** The place in the header has a fixed length. */
function assertToken(token: string): void {
  if (/^[\w-]{22}$/.test(token)) return
  throw new RangeError(`token must be ${TOKEN_CHARS} characters of base64url, got ${shown(token)}`)
}
