import type { Clock } from '../../clock.ts'
import type { Entry } from '../../entry.ts'
import { randomId } from '../../random-id.ts'
import type { Generations } from '../generation.ts'
import { HeldGenerations } from '../held-generations.ts'
import { NO_ANSWER } from '../../tiers/guard.ts'
import type { Leases } from '../leases.ts'
import { Loads } from '../load.ts'
import type { OwnedWork } from '../owned-work.ts'
import type { StoreTime } from '../store-time.ts'
import type { TierAccess } from '../tier-access.ts'
import { NO_STAMP } from './live-stamp.ts'
import { type InvalidationMode, stampKey, stampKeys } from './stamp-keys.ts'
import type { StampKeeper, StampPair } from './stamp-keeper.ts'

/** 96 bits of chance: no two stamps are equal. */
const ID_BYTES = 12
/** Another node that makes the stamp takes no longer, or has died. */
const MAKING_TIMEOUT_MS = 5_000
const NO_TAGS: readonly string[] = []
/** Until when a stamp lives that was just made: it may be known to this node alone, where the tier gave no answer. */
const UNKNOWN = 0

/** What the tier says of a record. */
type Answer = Entry | typeof NO_ANSWER | undefined

/** What the records of stamps work on. */
export interface StampRecordSetting {
  /** The tier that keeps them: the shared one, else the deepest that is private. */
  readonly access: TierAccess
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
  readonly generations: Generations
  readonly leases: Leases | undefined
}

/**
 * The stamps as records of a tier. They are made like any loaded value, once over all nodes and under a lease, and are deleted like
 * any other key: so an invalidation has every guarantee that a delete has, and nothing brings a stamp back.
 */
export class StampRecords implements StampKeeper {
  readonly #setting: StampRecordSetting
  readonly #loads: Loads

  constructor(setting: StampRecordSetting) {
    this.#setting = setting
    this.#loads = new Loads({
      ...setting,
      tiers: [setting.access],
      stamps: { capture: () => [], keep: () => {} },
      loading: () => {},
      stored: () => {},
      forget: () => {},
    })
  }

  hold(tags: readonly string[]): HeldGenerations {
    return new HeldGenerations(this.#setting.generations, stampKeys(tags))
  }

  /** Together with what else is read of the tier in this turn. */
  async read(tags: readonly string[], learned: (tag: string, pair: StampPair) => void): Promise<void> {
    const held = tags.map((tag) => this.hold([tag]))
    // Those on their way to the tier: that they are not there yet says nothing.
    const made = tags.map((tag) => stampKeys([tag]).some((key) => this.#loads.joinable(key, NO_TAGS) !== undefined))
    try {
      const entries = await this.#ask(stampKeys(tags))
      for (const [at, tag] of tags.entries()) {
        const deleted = entries[2 * at]
        const expired = entries[2 * at + 1]
        if (deleted === NO_ANSWER || expired === NO_ANSWER || held[at]?.mayStore !== true) continue
        const pair = this.#pairOf(deleted, expired)
        if (made[at] !== true || (pair.deleteId !== NO_STAMP && pair.expireId !== NO_STAMP)) learned(tag, pair)
      }
    } finally {
      for (const each of held) each.release()
    }
  }

  async make(tag: string, known: StampPair, lifeMs: number, learned: (pair: StampPair) => void): Promise<void> {
    const held = this.hold([tag])
    try {
      const [deleteId, expireId] = await Promise.all([
        known.deleteId || this.#makeOne(tag, 'delete', lifeMs),
        known.expireId || this.#makeOne(tag, 'expire', lifeMs),
      ])
      if (held.mayStore && deleteId !== undefined && expireId !== undefined)
        learned({ deleteId, expireId, until: UNKNOWN })
    } finally {
      held.release()
    }
  }

  async extend(tag: string, lifeMs: number): Promise<void> {
    const { access, leases, clock } = this.#setting
    // Without a lease a stamp that is written again could come after its delete.
    if (access.tier.shared && leases?.tier !== access) return
    const keys = stampKeys([tag])
    const entries = await this.#ask(keys)
    for (const [at, entry] of entries.entries()) {
      if (entry === undefined || entry === NO_ANSWER || clock.now() >= entry.expiresAt) continue
      const key = keys[at] as string
      await this.#store(key, () => this.#held(key), entry, lifeMs)
    }
  }

  close(reason: unknown): void {
    this.#loads.close(reason)
  }

  /**
   * The stamp that is there now that its lease is held: one that was read before may have been deleted since, and would come back; who
   * deletes it from now on ends the lease.
   */
  async #held(key: string): Promise<unknown> {
    const entry = await this.#setting.access.ask(key)
    if (entry === undefined || entry === NO_ANSWER || this.#setting.clock.now() >= entry.expiresAt)
      throw new Error('the stamp is gone')
    return entry.value
  }

  /** Asked for in one turn of the loop: a tier that gathers what is, makes one trip of it. */
  #ask(keys: readonly string[]): Promise<readonly Answer[]> {
    return Promise.all(keys.map(async (key) => this.#setting.access.ask(key)))
  }

  async #makeOne(tag: string, mode: InvalidationMode, lifeMs: number): Promise<string | undefined> {
    const key = stampKey(tag, mode)
    const made = await this.#store(key, () => randomId(ID_BYTES), undefined, lifeMs)
    return typeof made === 'string' ? made : undefined
  }

  async #store(key: string, loader: () => unknown, seen: Entry | undefined, lifeMs: number): Promise<unknown> {
    const request = {
      key,
      userKey: key,
      skipped: undefined,
      loader,
      stale: seen,
      seen,
      tags: NO_TAGS,
      isForced: false,
      ttlMs: lifeMs,
      graceMs: 0,
      negativeTtlMs: 0,
    }
    const flight =
      this.#loads.joinable(key, NO_TAGS) ??
      this.#loads.begin({ ...request, jitter: 0, hardTimeoutMs: MAKING_TIMEOUT_MS })
    this.#loads.wait(flight, undefined, true)
    const { outcome, value } = await flight.promise
    return outcome === 'stored' || outcome === 'present' ? value : undefined
  }

  #pairOf(deleted: Entry | undefined, expired: Entry | undefined): StampPair {
    const now = this.#setting.clock.now()
    const until = Math.min(deleted?.expiresAt ?? Infinity, expired?.expiresAt ?? Infinity)
    return { deleteId: idOf(deleted, now), expireId: idOf(expired, now), until }
  }
}

function idOf(entry: Entry | undefined, now: number): string {
  return entry !== undefined && now < entry.expiresAt && typeof entry.value === 'string' ? entry.value : NO_STAMP
}
