import { inspect } from 'node:util'
import { type Entry, memoryTier, type Tier, TieredCache, type LoadContext, LoadTimeoutError } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { type Random, seededRandom, testSeed } from '@org/testkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type CalledWith,
  type CallOptions,
  FreshnessCalls,
  type Given,
  KEYS,
  type Script,
  type Stale,
  type Write,
} from './freshness-calls.fixture.ts'
import { FreshnessReference } from './freshness-reference.fixture.ts'
import { asStored } from './stored-entry.fixture.ts'

const SEED = testSeed()
const HISTORIES = 800
const STEPS = 25

/** Keeps what it is given as a store does that keeps bytes. */
function plainTier(name: string, ttl: number | undefined): Tier {
  const entries = new Map<string, Entry>()
  return {
    name,
    ...(ttl !== undefined && { ttl }),
    shared: false,
    sync: false,
    get: async (key) => entries.get(key),
    set: async (key, entry) => void entries.set(key, asStored(entry)),
    delete: async (key) => void entries.delete(key),
    clear: async () => entries.clear(),
  }
}

/** A cache and its reference, told the same. */
class Compared {
  readonly clock = new ManualClock()
  readonly reference: FreshnessReference
  readonly cache: TieredCache<string>
  readonly told: (readonly unknown[])[] = []
  loaderCalls: Stale[] = []
  readonly calls: FreshnessCalls

  constructor(isMemoryAlone: boolean, random: Random) {
    const nearTtl = random.chance(0.4) ? random.pick([150, 700]) : undefined
    const farTtl = random.chance(0.2) ? random.pick([400, 2_000]) : undefined
    const near = memoryTier({ name: 'near', ...(nearTtl !== undefined && { ttl: nearTtl }) })
    const tiers = isMemoryAlone ? [near] : [near, plainTier('far', farTtl)]
    this.cache = new TieredCache<string>({ tiers, clock: this.clock })
    const plain = [{ name: 'near', ttl: nearTtl ?? Infinity }]
    if (!isMemoryAlone) plain.push({ name: 'far', ttl: farTtl ?? Infinity })
    this.reference = new FreshnessReference(plain)
    const names = plain.map(({ name }) => name)
    this.calls = new FreshnessCalls(random, names)
    vi.spyOn(Math, 'random').mockImplementation(() => this.reference.chance)
  }

  async write(write: Write): Promise<void> {
    this.#tell('write', write)
    await this.#write(write)
    this.reference.apply(write)
    await this.#afterClear(write)
  }

  async get(key: string, options: { tags?: readonly string[]; skipTiers?: readonly string[] }): Promise<void> {
    this.#tell('get', key, options)
    const given = await this.cache.get(key, options)
    await this.cache.idle()
    expect(given).toBe(this.reference.get(key, options))
  }

  async getOrSet(key: string, script: Script, options: CallOptions, rest: CalledWith): Promise<void> {
    this.#tell('getOrSet', key, script, options, rest, this.reference.chance)
    const { errorTtl, ...freshness } = options
    this.loaderCalls = []
    const calling: Promise<Given> = this.cache
      .getOrSet(key, (context) => this.#loader(context, script), {
        ...freshness,
        ...rest,
        negativeErrors: () => (errorTtl === 0 ? false : errorTtl),
      })
      .then((value) => ({ value }), failed)
    await (script.takesMs > 0 ? this.clock.advance(script.takesMs) : undefined)
    const given = await calling
    await this.cache.idle()
    const expected = this.reference.getOrSet({ key, script, ...options, ...rest })
    expect({ given, loaderCalls: this.loaderCalls }).toEqual({
      given: expected,
      loaderCalls: this.reference.loaderCalls,
    })
    await this.#afterClear(script.meanwhile)
  }

  async advance(ms: number): Promise<void> {
    this.#tell('advance', ms)
    await this.clock.advance(ms)
    this.reference.now += ms
  }

  /** No look changes anything. */
  async compare(): Promise<void> {
    const { cache, clock, reference } = this
    const [told, expected]: [unknown[], unknown[]] = [[clock.now()], [reference.now]]
    for (const key of KEYS) {
      told.push(await cache.entry(key), await cache.has(key), cache.getSync(key))
      const entry = reference.entry(key)
      const remainingTtlMs = Math.max(0, (entry?.staleAt ?? 0) - reference.now)
      expected.push(entry && { ...entry, remainingTtlMs }, reference.has(key), reference.getSync(key))
    }
    expect(told).toEqual(expected)
  }

  #tell(...call: readonly unknown[]): void {
    this.told.push(call)
  }

  /** What is stored in the very millisecond of a clear counts as stored in the next. */
  async #afterClear(write: Write | undefined): Promise<void> {
    if (write?.verb === 'clear') await this.advance(1)
  }

  #write(write: Write): Promise<unknown> {
    if (write.verb === 'set') return this.cache.set(write.key, write.value, write.options)
    if (write.verb === 'delete') return this.cache.delete(write.key)
    if (write.verb === 'clear') return this.cache.clear()
    return this.cache.invalidateTag(write.tags, { mode: write.mode })
  }

  async #loader(context: LoadContext<string>, script: Script): Promise<string | undefined> {
    this.loaderCalls.push(context.stale)
    if (script.meanwhile !== undefined) await this.#write(script.meanwhile)
    if (script.takesMs > 0) await new Promise<void>((resolve) => this.clock.setTimer(resolve, script.takesMs))
    if (script.outcome === 'error') throw new Error(script.value)
    if (script.ttl !== undefined) context.setTtl(script.ttl)
    if (script.grace !== undefined) context.setGrace(script.grace)
    if (script.etag !== undefined) context.setEtag(script.etag)
    if (script.skipsStore) context.skipStore()
    if (script.outcome === 'nothing') return undefined
    return script.outcome === 'notModified' && context.stale !== undefined ? context.notModified() : script.value
  }
}

function failed(error: unknown): Given {
  return { error: error instanceof LoadTimeoutError ? 'LoadTimeoutError' : (error as Error).message }
}

/** A random step, told to both. */
async function step(both: Compared, random: Random, at: number): Promise<void> {
  const chance = random.next()
  both.reference.chance = random.next()
  const key = random.pick(KEYS)
  const { calls } = both
  if (chance < 0.25) await both.advance(random.pick([1, 40, 99, 100, 300, 1_000, 5_000]))
  else if (chance < 0.35) await both.get(key, calls.read())
  else if (chance < 0.5) await both.write(calls.write(`set ${at}`))
  else {
    const script = calls.script(at, key)
    await both.getOrSet(key, script, calls.options(), calls.calledWith())
  }
}

async function run(isMemoryAlone: boolean, seed: number): Promise<void> {
  const random = seededRandom(seed)
  const both = new Compared(isMemoryAlone, random)
  try {
    for (let at = 1; at <= STEPS; at++) {
      await step(both, random, at)
      await both.cache.idle()
      await both.compare()
    }
  } catch (error) {
    const calls = both.told.map((call) => inspect(call, { breakLength: Infinity, depth: 5 }))
    throw new Error(`differs in the history of seed ${seed} after:\n${calls.join('\n')}`, { cause: error })
  }
  expect(both.clock.pendingTimers).toBe(0)
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each([
  ['memory alone', true],
  ['memory over an asynchronous tier', false],
] as const)('Freshness in %s', (_, isMemoryAlone) => {
  it(`is what the guides say, over random histories with all options (TEST_SEED=${SEED})`, {
    timeout: 120_000,
  }, async () => {
    for (let history = 0; history < HISTORIES; history++) await run(isMemoryAlone, SEED + history)
  })
})
