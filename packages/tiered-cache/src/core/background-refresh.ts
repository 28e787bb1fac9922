import type { Clock } from '../clock.ts'
import { type Entry, hasTags } from '../entry.ts'
import type { OwnedWork } from './owned-work.ts'
import type { Generation, Generations } from './generation.ts'
import { HeldGenerations } from './held-generations.ts'
import type { LoadFact, Loads } from './load.ts'
import type { LoadCall } from './load-call.ts'
import type { Found } from './lookup.ts'
import type { SharedRead } from './reads.ts'
import { isDue } from './refresh-ahead.ts'
import { Refreshes } from './refreshes.ts'
import { stampKeys } from './tags/stamp-keys.ts'

const BUSY_COOLDOWN_MS = 1_000

/** What the refreshes of one cache work on. */
export interface BackgroundRefreshSetting {
  readonly clock: Clock
  readonly work: OwnedWork
  readonly generations: Generations
  readonly loads: Loads
  /** What lies below the tier that the entry was found in, where that is to be looked at. */
  readonly readBelow: (call: LoadCall, found: Found) => SharedRead
  /** Loads the value that takes the place of an entry; `seen` is that as the shared tier gave it. */
  readonly load: (call: LoadCall, stale: Entry, seen: Entry) => Promise<LoadFact>
}

/** Loads in the place of entries that are stale, or soon will be: one at a time for each key, behind those who were given the entry. */
export class BackgroundRefresh {
  readonly #setting: BackgroundRefreshSetting
  readonly #refreshes: Refreshes<LoadFact | undefined>

  constructor(setting: BackgroundRefreshSetting) {
    this.#setting = setting
    this.#refreshes = new Refreshes(setting.clock)
  }

  /**
   * The refresh of the entry that was found, begun here or before; `undefined` where it is not to be refreshed now. Not where a
   * write has overtaken it since it was read: its loader may hand the old value on.
   */
  begin(call: LoadCall, found: Found, generation: Generation): Promise<LoadFact | undefined> | undefined {
    const { key, tags } = call
    const { generations, loads, work } = this.#setting
    const running = loads.joinable(key, tags)?.promise ?? this.#refreshes.underWay(key)
    if (running !== undefined) return running
    if (!generations.mayStore(key, generation)) return undefined
    const own = generations.hold(key)
    const refresh = this.#refreshes.begin(key, own, () => this.#refresh(call, found, own))
    if (refresh === undefined) generations.release(key, own)
    else work.own(refresh)
    return refresh
  }

  /** Whether a failed refresh has the key left alone. */
  isCooling(key: string): boolean {
    return this.#refreshes.isCooling(key)
  }

  /** The key was written: an earlier failure says nothing about it any more. */
  forget(key: string): void {
    this.#refreshes.forget(key)
  }

  /** Whether what lies below makes a load needless: it is newer, or it only lives longer than the copy above, and is not due itself. */
  #isEnough({ tags, freshness }: LoadCall, below: Found, found: Found): boolean {
    if (below.freshness !== 'fresh' || !hasTags(below.entry.stamps, tags)) return false
    if (found.freshness === 'stale' || below.entry.storedAt > found.entry.storedAt) return true
    const { refreshAhead } = freshness
    return refreshAhead !== undefined && !isDue(below.entry, refreshAhead, this.#setting.clock.now())
  }

  /** `undefined` where it is not to be refreshed any more. */
  async #refresh(call: LoadCall, found: Found, generation: Generation): Promise<LoadFact | undefined> {
    const { key, tags, freshness } = call
    const { generations, loads, readBelow, load } = this.#setting
    try {
      // Another process may have refreshed it below.
      const below = readBelow(call, found)
      await below.done
      if (below.found !== undefined && this.#isEnough(call, below.found, found)) return factOf(key, below.found)
      const joinable = loads.joinable(key, tags)
      if (joinable !== undefined) return await joinable.promise
      if (!generations.mayStore(key, generation)) return undefined
      const told = new HeldGenerations(generations, [key, ...stampKeys(tags)])
      const fact = await load(call, found.entry, below.found?.entry ?? found.entry)
      // While another node loads this one need not ask at every read.
      const cooldownMs = fact.outcome === 'busy' ? BUSY_COOLDOWN_MS : freshness.refreshCooldownMs
      const isGood = fact.outcome === 'stored' || fact.outcome === 'present'
      // How one ends that a write has overtaken says nothing of what was written.
      if (told.mayStore) this.#refreshes.loaded(key, isGood, cooldownMs)
      told.release()
      return fact
    } finally {
      this.#refreshes.end(key, generation)
      generations.release(key, generation)
    }
  }
}

/** What another process has loaded, found in a lower tier. */
function factOf(key: string, { entry }: Found): LoadFact {
  return { key, durationMs: 0, outcome: 'present', value: entry.value, error: undefined }
}
