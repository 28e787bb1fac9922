import { type Entry, memoryTier, type Tier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { type Gate, gate } from '@org/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkingRequests } from './requests.fixture.ts'

describe('Reads of one turn, of a tier that reads them together', () => {
  it('are one getMany, whoever asks, and one read of a key', async () => {
    const { cache, tier } = setUp('a', 'b', 'c')
    const reads = [cache.get('a'), cache.get('b'), cache.get('none'), cache.get('a')]
    expect(await Promise.all([...reads, cache.getOrSet('c', () => 'loaded')])).toEqual([
      'a1',
      'b1',
      undefined,
      'a1',
      'c1',
    ])
    expect(tier.asked).toEqual([['a', 'b', 'none', 'c']])
    expect(cache.stats()).toMatchObject({ requests: 5, hits: 4, misses: 1 })
    expect(cache.stats().tiers['together']).toMatchObject({ hits: 3, misses: 1 })
    expect(['a', 'b', 'c'].map((key) => cache.getSync(key))).toEqual(['a1', 'b1', 'c1'])
  })

  it('are joined by those that follow promises of the turn, and not by those of the next', async () => {
    const { cache, tier } = setUp('a', 'b', 'c')
    const later = async (): Promise<unknown> => {
      for (let promises = 0; promises < 20; promises++) await Promise.resolve()
      return cache.get('b')
    }
    await Promise.all([cache.get('a'), later()])
    await cache.get('c')
    expect(tier.asked).toEqual([['a', 'b'], ['c']])
  })

  it('are several where they are many', async () => {
    const keys = Array.from({ length: 300 }, (_, at) => `key ${at}`)
    const { cache, tier } = setUp(...keys)
    expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual(keys.map((key) => `${key}1`))
    expect(tier.asked.map(({ length }) => length)).toEqual([128, 128, 44])
  })

  it('are one for each key where a tier below does not read them together', async () => {
    const { clock } = setUp()
    const [upper, lower] = [new TogetherTier('upper'), new TogetherTier('lower', false)]
    lower.hold('a', 'b')
    const cache = open([memoryTier(), upper, lower], clock)
    expect(await Promise.all([cache.get('a'), cache.get('b')])).toEqual(['a1', 'b1'])
    expect([upper.asked, lower.asked]).toEqual([
      [['a'], ['b']],
      [['a'], ['b']],
    ])
  })

  it('keep nothing of a key that a set overtook, and what they found of the others', async () => {
    const { cache, tier } = setUp('a', 'b')
    const answer = tier.holdAnswers()
    const reads = [cache.get('a'), cache.get('b')]
    await settled()
    await cache.set('a', 'a2')
    answer.open()
    expect(await Promise.all(reads)).toEqual(['a1', 'b1'])
    expect([cache.getSync('a'), cache.getSync('b')]).toEqual(['a2', 'b1'])
  })

  it('are not joined by who asks after a delete has begun', async () => {
    const { cache, tier } = setUp('a', 'b')
    const answer = tier.holdAnswers()
    const before = [cache.get('a'), cache.get('b')]
    await settled()
    const deleting = cache.delete('a')
    const after = [cache.get('a'), cache.get('b')]
    answer.open()
    await deleting
    expect(await Promise.all(before)).toEqual(['a1', 'b1'])
    expect(await Promise.all(after)).toEqual([undefined, 'b1'])
  })

  it('do not ask for a key whose delete is not acknowledged', async () => {
    const { cache, tier } = setUp('a', 'b')
    tier.delete = () => Promise.reject(new Error('down'))
    await cache.delete('a')
    expect(await Promise.all([cache.get('a'), cache.get('b')])).toEqual([undefined, 'b1'])
    expect(tier.asked).toEqual([['b']])
  })

  it('count once for the breaker, and find nothing where they fail', async () => {
    const { cache, tier } = setUp('a', 'b')
    tier.fails = true
    for (let turn = 1; turn <= 5; turn++) {
      expect(cache.stats().tiers['together']).toMatchObject({ breaker: 'closed', faults: turn - 1 })
      expect(await Promise.all([cache.get('a'), cache.get('b')])).toEqual([undefined, undefined])
    }
    expect(cache.stats().tiers['together']).toMatchObject({ breaker: 'open', faults: 5 })
  })

  it('wait for no turn while the breaker is open', async () => {
    const { cache, tier } = setUp('a')
    tier.fails = true
    for (let turn = 1; turn <= 5; turn++) await cache.get('a')
    const order: string[] = []
    process.nextTick(() => order.push('turn'))
    await cache.get('b').then(() => order.push('read'))
    await settled()
    expect(order).toEqual(['read', 'turn'])
  })

  it('are waited for by idle, with what they store', async () => {
    const { cache, tier, memory } = setUp('a', 'b')
    const answer = tier.holdAnswers()
    const reads = [cache.get('a'), cache.get('b')]
    const idle = cache.idle().then(() => 'idle')
    await settled()
    expect(await Promise.race([idle, settled()])).toBeUndefined()
    answer.open()
    expect(await idle).toBe('idle')
    expect(await Promise.all(reads)).toEqual(['a1', 'b1'])
    expect(memory.peek?.('a')?.value).toBe('a1')
  })
})

class TogetherTier implements Tier {
  readonly name: string
  readonly shared = true
  readonly sync = false
  readonly readsTogether: boolean
  readonly contents = new Map<string, Entry>()
  /** The keys of each read. */
  readonly asked: (readonly string[])[] = []
  fails = false
  #answer: Gate<void> | undefined

  constructor(name: string, readsTogether = true) {
    this.name = name
    this.readsTogether = readsTogether
  }

  hold(...keys: readonly string[]): void {
    const life = { storedAt: 0, staleAt: Infinity, expiresAt: Infinity, loadMs: 0, etag: undefined, stamps: [] }
    for (const key of keys) this.contents.set(key, { value: `${key}1`, ...life })
  }

  /** From now on reads see what is there, and tell it when the gate is opened. */
  holdAnswers(): Gate<void> {
    this.#answer = gate()
    return this.#answer
  }

  async get(key: string): Promise<Entry | undefined> {
    return (await this.getMany([key]))[0]
  }

  async getMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    this.asked.push([...keys])
    if (this.fails) throw new Error('down')
    const entries = keys.map((key) => this.contents.get(key))
    await this.#answer?.promise
    return entries
  }

  async set(key: string, entry: Entry): Promise<void> {
    this.contents.set(key, entry)
  }

  async delete(key: string): Promise<void> {
    this.contents.delete(key)
  }
}

function setUp(...keys: readonly string[]) {
  const clock = new ManualClock()
  const [memory, tier] = [memoryTier(), new TogetherTier('together')]
  tier.hold(...keys)
  return { clock, memory, tier, cache: open([memory, tier], clock) }
}

function open(tiers: readonly Tier[], clock: ManualClock): TieredCache<string> {
  const cache = checkingRequests(new TieredCache<string>({ tiers, clock }))
  onTestFinished(() => cache.close())
  return cache
}

/** Every promise callback that is ready has run when it resolves. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
