import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { MemoryPolicy } from '@org/tiered-cache'
import { describe, expect, it } from 'vitest'

const FIXTURE = new URL('memory-tier-heap.fixture.ts', import.meta.url).pathname
const POLICIES: readonly MemoryPolicy[] = ['tinylfu', 'lru', 'sieve']
/** So large a young generation that what is asked about would not have it collected. */
const FLAGS = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64']

interface Footprint {
  readonly inHeap: number
  readonly inArrays: number
}

async function ask(question: string, policy: MemoryPolicy): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, FIXTURE, question, policy])
  return JSON.parse(stdout)
}

describe.each(POLICIES)('The heap under a memory tier with the policy %s', { timeout: 120_000 }, (policy) => {
  it('is as large after a million sets on a bound of 10 000 as before', async () => {
    expect(await ask('growth', policy)).toBeLessThanOrEqual(100_000)
  })

  it.each(['garbageOfHits', 'garbageOfTaggedHits', 'garbageOfNamespacedHits'])(
    'gets nothing from a million hits: %s',
    async (question) => {
      const kinds = (await ask(question, policy)) as readonly { bytes: number; collections: number }[]
      for (const { bytes, collections } of kinds) {
        expect(collections).toBe(0)
        // A number in a box for each would be 16 bytes a hit; what is less comes of looking, and of the few decisions on the window.
        expect(bytes).toBeLessThan(500_000)
      }
    },
  )

  it('holds nothing of namespaces that have no entries any more', async () => {
    expect(await ask('growthOfNamespaces', policy)).toBeLessThanOrEqual(500_000)
  })

  it('is as large after many rounds of filling, resizing and clearing as before', async () => {
    // Slots that are lost in each round would take megabytes.
    expect(await ask('growthOfRounds', policy)).toBeLessThanOrEqual(500_000)
  })

  it('holds no object for an entry, and nothing for lives that are equal', async () => {
    const { inHeap, inArrays } = (await ask('footprint', policy)) as Footprint
    // A place in the Map, and one in the arrays of keys and values; an entry as an object would be 80 bytes more.
    expect(inHeap).toBeLessThan(130)
    const equal = (await ask('footprintOfEqualLives', policy)) as Footprint
    expect(equal.inHeap).toBeLessThan(130)
    expect(equal.inArrays).toBeLessThan(inArrays - 7)
    // Of one stamp a pointer, and no list.
    const tagged = (await ask('footprintOfTagged', policy)) as Footprint
    expect(tagged.inHeap).toBeLessThan(equal.inHeap + 20)
  })

  it('holds no value and no stamp that has left, whichever way', async () => {
    expect(await ask('leaks', policy)).toEqual([])
  })
})

describe('The heap under a memory tier that clones', { timeout: 120_000 }, () => {
  it('holds the copies alone', async () => {
    expect(await ask('originals', 'lru')).toEqual([])
  })
})
