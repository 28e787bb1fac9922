import type { Clock } from '../clock.ts'
import { type Entry, isEntry } from '../entry.ts'
import type { TierCounters } from '../telemetry/counters.ts'
import { type Guard, NO_ANSWER } from '../tiers/guard.ts'
import type { LeaseAuthority, LeaseGrant, Tier } from '../tiers/tier.ts'
import { newToken } from './lease-token.ts'
import { prepared } from './prepared.ts'
import type { Recovery } from './recovery.ts'
import type { SchemaCheck } from './schema-check.ts'
import { countRead } from './tier-access.ts'

/** What the leases of one tier work on: the parts of the access to that tier. */
export interface LeaseAccessSetting {
  readonly tier: Tier
  readonly counters: TierCounters
  readonly guard: Guard
  readonly recovery: Recovery
  readonly clock: Clock
  /** Where values must fit a schema. */
  readonly schemaCheck: SchemaCheck | undefined
  /** A copy of the entry, with the life that the tier allows. */
  readonly capped: (key: string, entry: Entry) => Entry
  /** Another node has written the key since its value was staked: no other tier of this node is to keep it. */
  readonly overtaken: (key: string) => void
}

/** The leases of one tier, behind its guard. Nothing here rejects but `fill` and `store`. */
export class LeaseAccess {
  readonly #authority: LeaseAuthority
  readonly #setting: LeaseAccessSetting

  constructor(authority: LeaseAuthority, setting: LeaseAccessSetting) {
    this.#authority = authority
    this.#setting = setting
  }

  get durationMs(): number {
    return this.#authority.durationMs
  }

  /** `undefined` where the tier gives no answer, or its copy of the key is not to be believed. What does not fit the schema is passed over. */
  async acquire(key: string, token: string, seen: Entry | undefined): Promise<LeaseGrant | undefined> {
    if (this.#setting.recovery.holdsBack(key)) return undefined
    const grant = await this.#ask(key, token, seen)
    if (grant?.state !== 'present') return grant
    if (!this.#isBelieved(key, grant.entry)) return this.#askPast(grant.entry, key, token)
    const { schemaCheck, counters, clock } = this.#setting
    const entry = schemaCheck === undefined ? grant.entry : await schemaCheck.read(key, grant.entry)
    countRead(counters, entry, clock.now())
    return entry === undefined ? this.#askPast(grant.entry, key, token) : { state: 'present', entry }
  }

  /** False where the lease is lost, or the tier gives no answer. */
  async renew(key: string, token: string): Promise<boolean> {
    return (await this.#setting.guard.run('renew', key, () => this.#authority.renew(key, token))) === true
  }

  /**
   * Stores the entry where the lease is still held; `undefined` where the tier gives no answer. Rejects with UnstorableValueError
   * alone.
   */
  async fill(key: string, token: string, entry: Entry): Promise<boolean | undefined> {
    const { tier, counters, guard, capped } = this.#setting
    const own = capped(key, entry)
    try {
      const bytes = await prepared(tier, key, own)
      const fill = (): Promise<boolean> => {
        counters.sets++
        return this.#authority.fill(key, token, own)
      }
      const filled = await guard.run('set', key, fill, bytes)
      return filled === NO_ANSWER ? undefined : filled
    } catch (error) {
      counters.unstorable++
      throw error
    }
  }

  async release(key: string, token: string): Promise<void> {
    await this.#setting.guard.run('release', key, () => this.#authority.release(key, token))
  }

  /**
   * Stores what the user has set, as one operation of the guard. Where another has written meanwhile, that one stands: what it left
   * is deleted, since it may have failed half-way.
   */
  async store(key: string, entry: Entry, isGivenUp: () => boolean): Promise<void> {
    const { tier, counters, overtaken } = this.#setting
    const token = newToken()
    await this.#authority.stake(key, token)
    // Others may have written since the caller was answered, and this stake may have come after.
    if (isGivenUp()) throw new Error('the write was given up before it was done')
    counters.sets++
    if (await this.#authority.fill(key, token, entry)) return
    await tier.delete(key)
    overtaken(key)
  }

  /** What is there is not to be read, so it is not to stand in the way either. */
  async #askPast(unread: unknown, key: string, token: string): Promise<LeaseGrant | undefined> {
    const again = isEntry(unread) ? await this.#ask(key, token, unread) : undefined
    return again?.state === 'present' ? undefined : again
  }

  async #ask(key: string, token: string, seen: Entry | undefined): Promise<LeaseGrant | undefined> {
    const grant = await this.#setting.guard.run('acquire', key, () => this.#authority.acquire(key, token, seen))
    return grant === NO_ANSWER ? undefined : grant
  }

  #isBelieved(key: string, entry: unknown): boolean {
    return isEntry(entry) && this.#setting.recovery.unread.believes(key, entry.storedAt)
  }
}
