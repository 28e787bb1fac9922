import type { Clock } from '../clock.ts'
import { type Entry, freshnessAt, hasTags } from '../entry.ts'
import { LoadTimeoutError, type UnstorableValueError } from '../errors.ts'
import { keepAlive } from '../keep-alive.ts'
import type { LeaseGrant } from '../tiers/tier.ts'
import type { LeaseAccess } from './lease-access.ts'
import { LeaseRenewals } from './lease-renewals.ts'
import type { OwnedWork } from './owned-work.ts'
import { Pauses } from './pauses.ts'
import { newToken } from './lease-token.ts'
import type { SkippedTiers } from './skipped-tiers.ts'
import type { Tags } from './tags/tags.ts'
import type { TierAccess } from './tier-access.ts'

const FIRST_PAUSE_MS = 50
const PAUSE_GROWTH = 1.5
const LONGEST_PAUSE_MS = 1_000
/** Where there was no answer for longer, a second question would only make the caller wait twice. */
const ASK_AGAIN_WITHIN_MS = 50

/** The right of one load to fill the shared tier. */
export interface Lease {
  /** Stores the entry if the lease still holds. */
  fill(entry: Entry): Promise<void>
  /** The load has nothing to store: nobody shall wait for it. */
  release(): void
}

/**
 * Whether a load is to run. `granted`: yes, and it may fill. `unanswered`: yes, and what it loads does not go to the shared tier, not
 * even when that answers again. `present`: no, another node has filled the key. `busy`: no, another is loading; told to refreshes
 * alone, the others wait.
 */
export type Taken =
  | { readonly state: 'granted' | 'unanswered'; readonly lease: Lease }
  | { readonly state: 'present'; readonly entry: Entry }
  | { readonly state: 'busy' }

/** Who asks, and for what. */
export interface LeaseRequest {
  readonly key: string
  readonly userKey: string
  /** What an entry that is there must have. */
  readonly tags: readonly string[]
  /** Where the tier is not to be read, what is there counts for nothing. */
  readonly skipped: SkippedTiers | undefined
  /** The stale entry that the load is to replace: then nobody waits. */
  readonly stale: Entry | undefined
  /** The same as the shared tier gave it, where it did. */
  readonly seen: Entry | undefined
  /** Whether the caller wants the new value: then it waits for another's load, though there is a stale entry. */
  readonly isForced: boolean
  readonly hardTimeoutMs: number
  /** Whether anybody still waits for the load. */
  readonly isWanted: () => boolean
}

/** What the leases of one cache work on. */
export interface LeaseSetting {
  /** The tier that gives them out. */
  readonly tier: TierAccess
  readonly access: LeaseAccess
  readonly clock: Clock
  readonly work: OwnedWork
  readonly tags: () => Tags
  /** Another node has written the key since the lease was granted: nothing of the load may stay on this node. */
  readonly refused: (key: string) => void
  readonly unstorable: (error: UnstorableValueError) => void
}

type TokenGrant =
  | { readonly state: 'granted'; readonly token: string }
  | Exclude<LeaseGrant, { readonly state: 'granted' }>

/** What is there is not to be given to anybody. */
interface OldEntry {
  readonly state: 'old'
  readonly entry: Entry
}

const NO_LEASE: Lease = { fill: async () => {}, release: () => {} }

/** Asks the shared tier for the right to load a key: one load over all nodes, and no value that a write has overtaken. */
export class Leases {
  readonly #setting: LeaseSetting
  readonly #renewals: LeaseRenewals
  readonly #pauses: Pauses

  constructor(setting: LeaseSetting) {
    this.#setting = setting
    this.#renewals = new LeaseRenewals(setting.access, setting.clock)
    this.#pauses = new Pauses(setting.clock)
  }

  /** The tier that gives them out. */
  get tier(): TierAccess {
    return this.#setting.tier
  }

  /**
   * Waits while another node loads, unless there is a stale entry.
   * @throws LoadTimeoutError where that takes longer than the load itself may.
   */
  async take(request: LeaseRequest): Promise<Taken> {
    const { key, userKey, stale, isForced, hardTimeoutMs, isWanted } = request
    const { clock } = this.#setting
    const begun = clock.monotonic()
    let pauseMs = FIRST_PAUSE_MS
    for (;;) {
      // Where the first answer was lost, the question may still come late, even after a delete: with the same token it would bring
      // back the lease that the delete had ended. So each question has its own.
      const asked = clock.monotonic()
      let grant = await this.#acquire(request, newToken())
      if (grant === undefined && clock.monotonic() - asked < ASK_AGAIN_WITHIN_MS)
        grant = await this.#acquire(request, newToken())
      if (grant === undefined) return { state: 'unanswered', lease: NO_LEASE }
      if (grant.state === 'granted') return { state: 'granted', lease: this.#lease(key, grant.token) }
      if (grant.state === 'present') return grant
      if (stale !== undefined && !isForced) return { state: 'busy' }
      const leftMs = hardTimeoutMs - (clock.monotonic() - begun)
      if (leftMs <= 0) throw new LoadTimeoutError(userKey, hardTimeoutMs)
      // What is left may be too little for a clock to move on by.
      await keepAlive(this.#pauses.take(Math.max(Math.min(jittered(pauseMs), grant.msLeft, leftMs), 1)))
      if (this.#pauses.isClosed || !isWanted()) return { state: 'unanswered', lease: NO_LEASE }
      pauseMs = Math.min(pauseMs * PAUSE_GROWTH, LONGEST_PAUSE_MS)
    }
  }

  /** Whoever waits is answered; renewals end. */
  close(): void {
    this.#pauses.close()
    this.#renewals.close()
  }

  /** `undefined` where there is no answer; what was granted unheard is released. */
  async #acquire({ key, tags, seen, skipped }: LeaseRequest, token: string): Promise<TokenGrant | undefined> {
    const { access, work } = this.#setting
    const isRead = skipped?.read.has(this.#setting.tier) !== true
    let grant = await this.#judged(await access.acquire(key, token, seen), tags, isRead)
    // To Redis it is fresh, by our clock or a tag of it it is not: say that it is known.
    if (grant?.state === 'old') grant = await this.#judged(await access.acquire(key, token, grant.entry), tags, isRead)
    if (grant === undefined || grant.state === 'old') {
      work.own(access.release(key, token))
      return undefined
    }
    return grant.state === 'granted' ? { state: 'granted', token } : grant
  }

  async #judged(
    grant: LeaseGrant | undefined,
    tags: readonly string[],
    isRead: boolean,
  ): Promise<LeaseGrant | OldEntry | undefined> {
    if (grant?.state !== 'present') return grant
    if (!isRead) return { state: 'old', entry: grant.entry }
    const [entry] = await this.#setting.tags().settled([grant.entry], true)
    const isFresh = entry !== undefined && freshnessAt(entry, this.#setting.clock.now()) === 'fresh'
    return isFresh && hasTags(entry.stamps, tags) ? { state: 'present', entry } : { state: 'old', entry: grant.entry }
  }

  #lease(key: string, token: string): Lease {
    const end = this.#renewals.hold(key, token)
    return {
      fill: async (entry) => {
        end()
        await this.#fill(key, token, entry)
      },
      release: () => {
        end()
        this.#setting.work.own(this.#setting.access.release(key, token))
      },
    }
  }

  async #fill(key: string, token: string, entry: Entry): Promise<void> {
    const { access, refused, unstorable } = this.#setting
    try {
      const filled = await access.fill(key, token, entry)
      if (filled === false) refused(key)
      // If it was not filled nobody shall wait for it.
      if (filled === undefined) await access.release(key, token)
    } catch (error) {
      unstorable(error as UnstorableValueError)
      await access.release(key, token)
    }
  }
}

function jittered(ms: number): number {
  return ms * (0.75 + Math.random() / 2)
}
