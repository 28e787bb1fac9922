import { type Duration, type Entry, type LoadOptions, memoryTier, type Tier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { describe, expect, it } from 'vitest'

/** What the verbs give of a value `old`, set at the instant 0. A loader gives `new`, `error` stands for its failure, `-` for a miss. */
interface Given {
  readonly get: string
  /** Of getOrSet, and how often its loader runs. */
  readonly loaded: readonly [string, number]
  /** The same with a loader that fails. */
  readonly failing: readonly [string, number]
  /** The same with one that takes 80 ms where callers wait for 50 ms, and then with one that takes 30 ms. */
  readonly slow: readonly [string, number]
  readonly inTime: readonly [string, number]
  /** What get gives once those loads have ended; the failing one changes nothing. */
  readonly after: string
}

const FRESH: Given = {
  get: 'old',
  loaded: ['old', 0],
  failing: ['old', 0],
  slow: ['old', 0],
  inTime: ['old', 0],
  after: 'old',
}
const STALE: Given = {
  get: '-',
  loaded: ['old', 1],
  failing: ['old', 1],
  slow: ['old', 1],
  inTime: ['new', 1],
  after: 'new',
}
const GONE: Given = {
  get: '-',
  loaded: ['new', 1],
  failing: ['error', 1],
  slow: ['new', 1],
  inTime: ['new', 1],
  after: 'new',
}

const HOUR_MS = 3_600_000
const TIMELINE: readonly (readonly [Duration, Duration, number, string, Given])[] = [
  ['1s', 0, 0, 'fresh', FRESH],
  ['1s', 0, 999, 'fresh', FRESH],
  ['1s', 0, 1_000, 'gone', GONE],
  ['1s', 1, 999, 'fresh', FRESH],
  ['1s', 1, 1_000, 'stale', STALE],
  ['1s', 1, 1_001, 'gone', GONE],
  ['1s', '2s', 0, 'fresh', FRESH],
  ['1s', '2s', 999, 'fresh', FRESH],
  ['1s', '2s', 1_000, 'stale', STALE],
  ['1s', '2s', 2_999, 'stale', STALE],
  ['1s', '2s', 3_000, 'gone', GONE],
  ['1s', '2s', 1_000 * HOUR_MS, 'gone', GONE],
  [1, 0, 0, 'fresh', FRESH],
  [1, 0, 1, 'gone', GONE],
  [0, '2s', 0, 'stale', STALE],
  [0, '2s', 1_999, 'stale', STALE],
  [0, '2s', 2_000, 'gone', GONE],
  [0, 0, 0, 'gone', GONE],
  ['1s', Infinity, 999, 'fresh', FRESH],
  ['1s', Infinity, 1_000, 'stale', STALE],
  ['1s', Infinity, 1_000 * HOUR_MS, 'stale', STALE],
  [0, Infinity, 0, 'stale', STALE],
  [Infinity, 0, 1_000 * HOUR_MS, 'fresh', FRESH],
  [Infinity, '2s', 1_000 * HOUR_MS, 'fresh', FRESH],
]

function asynchronous(): Tier {
  const entries = new Map<string, Entry>()
  return {
    name: 'below',
    shared: false,
    sync: false,
    get: async (key) => entries.get(key),
    set: async (key, entry) => void entries.set(key, entry),
    delete: async (key) => void entries.delete(key),
  }
}

const TIERS: readonly (readonly [string, () => readonly Tier[]])[] = [
  ['memory', () => [memoryTier()]],
  ['an asynchronous tier', () => [asynchronous()]],
  ['memory over an asynchronous tier', () => [memoryTier(), asynchronous()]],
  ['memory that forgot it, over an asynchronous tier', () => [memoryTier({ ttl: 0 }), asynchronous()]],
]

/** A cache in which `a` was set, at an instant of its life. */
class AtInstant {
  readonly clock = new ManualClock()
  readonly cache: TieredCache<string>
  #loads = 0

  private constructor(tiers: readonly Tier[]) {
    this.cache = new TieredCache<string>({ tiers, clock: this.clock })
  }

  static async of(tiers: readonly Tier[], ttl: Duration, grace: Duration, ms: number): Promise<AtInstant> {
    const instant = new AtInstant(tiers)
    await instant.cache.set('a', 'old', { ttl, grace })
    await instant.clock.advance(ms)
    return instant
  }

  async get(): Promise<string> {
    return (await this.cache.get('a')) ?? '-'
  }

  /** What getOrSet gives while its loader takes so long, and how often that runs. */
  async load(takesMs: number, outcome: 'new' | 'error', options: LoadOptions): Promise<readonly [string, number]> {
    const loading = this.cache.getOrSet('a', () => this.#loader(takesMs, outcome), options).catch(() => 'error')
    await this.clock.advance(takesMs)
    const given = await loading
    await this.cache.idle()
    return [given, this.#loads]
  }

  async #loader(takesMs: number, outcome: 'new' | 'error'): Promise<string> {
    this.#loads++
    await new Promise<void>((resolve) => this.clock.setTimer(resolve, takesMs))
    if (outcome === 'error') throw new Error('the source is away')
    return 'new'
  }
}

describe.each(TIERS)('The timeline of ttl and grace in %s', (_, makeTiers) => {
  describe.each(TIMELINE)('ttl %s, grace %s, after %i ms: %s', (ttl, grace, ms, _state, given) => {
    const instant = (): Promise<AtInstant> => AtInstant.of(makeTiers(), ttl, grace, ms)
    // Long enough that what is loaded is fresh at the end.
    const LIFE: LoadOptions = { ttl: '1h' }

    it('reads give what is fresh, and nothing else', async () => {
      const { cache } = await instant()
      expect(await cache.has('a')).toBe(given.get !== '-')
      const isHeld = (await cache.entry('a'))?.tiers.includes('memory') === true
      expect(cache.getSync('a') ?? '-').toBe(isHeld ? given.get : '-')
      expect((await cache.get('a')) ?? '-').toBe(given.get)
    })

    it('a load gives what is fresh or stale, and renews what is not fresh', async () => {
      const at = await instant()
      expect(await at.load(0, 'new', LIFE)).toEqual(given.loaded)
      expect(await at.get()).toBe(given.after)
    })

    it('a load that fails gives what is fresh or stale', async () => {
      const at = await instant()
      expect(await at.load(0, 'error', LIFE)).toEqual(given.failing)
      expect(await at.get()).toBe(given.get)
    })

    it('a load waits for softTimeout where there is something stale, and ends behind the caller', async () => {
      const [slow, quick] = [await instant(), await instant()]
      expect(await slow.load(80, 'new', { ...LIFE, softTimeout: 50 })).toEqual(given.slow)
      if (given.after === 'new') expect(await slow.get()).toBe('new')
      expect(await quick.load(30, 'new', { ...LIFE, softTimeout: 50 })).toEqual(given.inTime)
      if (given.after === 'new') expect(await quick.get()).toBe('new')
    })
  })
})
