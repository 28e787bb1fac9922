import assert from 'node:assert/strict'
import type { Entry } from '../../entry.ts'
import type { Bench, Check } from './tier-suite.ts'

const MANY = Array.from({ length: 1_000 }, (_, index) => `many:${index}`)

/** Operations under way together do not get in each other's way. */
export function concurrencyChecks(check: Check): void {
  check('holds 1000 keys that are set and read at once', async ({ tier, entry }) => {
    await Promise.all(MANY.map(async (key, index) => tier.set(key, entry({ index }))))
    const found = await Promise.all(MANY.map(async (key) => tier.get(key)))
    for (const [index, each] of found.entries()) assert.deepStrictEqual(each?.value, { index })
  })

  check('reads of one key at once give one value each', async ({ tier, entry }) => {
    await tier.set('key', entry('value'))
    const found = await Promise.all(Array.from({ length: 100 }, async () => tier.get('key')))
    for (const each of found) assert.equal(each?.value, 'value')
  })

  // The cache has one write of a key under way at a time; other processes, which share the tier, may have theirs.
  check(
    'ends in one of several overlapping writes of one key, whole, and a later one wins',
    async ({ tier, entry }) => {
      const pending: unknown[] = []
      for (let round = 0; round < 30; round++) {
        pending.push(tier.set('key', whole(entry, round)), tier.get('key'), tier.delete('key'))
      }
      await Promise.all(pending)
      const found = await tier.get('key')
      if (found !== undefined) assertWhole(found)
      await tier.set('key', entry('later'))
      assert.equal((await tier.get('key'))?.value, 'later')
      await tier.delete('key')
      assert.equal(await tier.get('key'), undefined)
    },
  )

  check(
    'ends in the last of writes of one key that wait for each other, however many read',
    async ({ tier, entry }) => {
      for (let round = 0; round < 10; round++) {
        const reads = [tier.get('key'), tier.get('key')]
        await tier.set('key', whole(entry, round))
        reads.push(tier.get('key'))
        if (round % 3 === 0) await tier.delete('key')
        for (const found of await Promise.all(reads as unknown[])) if (found !== undefined) assertWhole(found as Entry)
      }
      await tier.delete('key')
      assert.equal(await tier.get('key'), undefined)
      await tier.set('key', entry('last'))
      assert.equal((await tier.get('key'))?.value, 'last')
    },
  )

  check('gives a reader of overlapping sets one whole entry', async ({ tier, entry }) => {
    await tier.set('key', whole(entry, 0))
    const write = async (): Promise<void> => {
      for (let batch = 0; batch < 3; batch++) {
        await Promise.all(MANY.slice(0, 10).map(async (_, round) => tier.set('key', whole(entry, 10 * batch + round))))
      }
    }
    const writes = write()
    for (let read = 0; read < 200; read++) assertWhole(await tier.get('key'))
    await writes
    assertWhole(await tier.get('key'))
  })
}

function whole(entry: Bench['entry'], round: number): Entry {
  return entry({ round }, { etag: String(round), loadMs: round })
}

function assertWhole(found: Entry | undefined): void {
  assert.ok(found, 'an overwritten key was missing for a moment')
  assert.deepStrictEqual(found.value, { round: found.loadMs })
  assert.equal(found.etag, String(found.loadMs))
}
