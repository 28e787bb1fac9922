import assert from 'node:assert/strict'
import { durationMs } from '../../duration.ts'
import type { RemovalCause, Tier } from '../../tiers/tier.ts'
import type { Bench, Check } from './tier-suite.ts'

type Removal = readonly [key: string, cause: RemovalCause]

/** What a tier says of itself. */
export function reportChecks(check: Check): void {
  check('has a name, and says whether it is shared and whether it is synchronous', ({ tier }) => {
    assert.equal(typeof tier.name, 'string')
    assert.notEqual(tier.name, '')
    assert.equal(typeof tier.shared, 'boolean')
    assert.equal(typeof tier.sync, 'boolean')
    if (tier.deadline !== undefined) assert.ok(durationMs('deadline', tier.deadline) > 0)
    if (tier.ttl !== undefined) durationMs('ttl', tier.ttl)
  })

  check('measures itself within its bounds', async ({ tier, entry }) => {
    if (!tier.measure) return
    assertWithinBounds(tier)
    for (let index = 0; index < 20; index++) await tier.set(`key:${index}`, entry('x'.repeat(index)))
    assertWithinBounds(tier)
  })

  check('counts its entries, each key once', async ({ tier, entry }) => {
    if (!tier.measure || tier.shared) return
    const before = tier.measure().entries
    for (const key of ['one', 'two', 'three', 'two']) await tier.set(key, entry(key))
    assert.equal(tier.measure().entries - before, 3)
    await tier.delete('two')
    await tier.delete('nobody:1')
    assert.equal(tier.measure().entries - before, 2)
  })
}

/** What a tier tells those who listen for removals. */
export function removalChecks(check: Check): void {
  removalCheck(
    check,
    'tells that an entry was replaced or deleted, and only then',
    async ({ tier, entry }, removals) => {
      await tier.set('key', entry(1))
      await tier.delete('nobody:1')
      assert.deepStrictEqual(removals, [])
      await tier.set('key', entry(2))
      assert.deepStrictEqual(removals, [['key', 'replaced']])
      await tier.delete('key')
      assert.deepStrictEqual(removals, [
        ['key', 'replaced'],
        ['key', 'deleted'],
      ])
      await tier.delete('key')
      assert.equal(removals.length, 2)
    },
  )

  removalCheck(check, 'tells a listener nothing more once it is off', async ({ tier, entry }, removals) => {
    const late: Removal[] = []
    const off = tier.onRemoval?.((key, cause) => late.push([key, cause]))
    await tier.set('key', entry(1))
    off?.()
    off?.()
    await tier.delete('key')
    assert.deepStrictEqual(late, [])
    assert.deepStrictEqual(removals, [['key', 'deleted']])
  })

  check('is not changed by a listener that throws', async ({ tier, entry }) => {
    if (!tier.onRemoval) return
    const removals: Removal[] = []
    tier.onRemoval(() => {
      throw new Error('the listener broke')
    })
    tier.onRemoval((key, cause) => removals.push([key, cause]))
    await tier.set('key', entry(1))
    await tier.set('key', entry(2))
    assert.equal((await tier.get('key'))?.value, 2)
    await tier.delete('key')
    assert.equal(await tier.get('key'), undefined)
    assert.deepStrictEqual(removals, [
      ['key', 'replaced'],
      ['key', 'deleted'],
    ])
  })
}

/** The end of a tier, and its return. */
export function closeChecks(check: Check): void {
  check('closes more than once without a fault', async ({ tier, entry }) => {
    await tier.set('key', entry(1))
    await tier.close?.()
    await tier.close?.()
  })
}

/** For tiers whose data outlives them. */
export function reopenChecks(check: Check, reopen: (tier: Tier) => Tier | Promise<Tier>): void {
  check('has after a restart what it had before, and no more', async ({ tier, entry }) => {
    const kept = entry({ at: 'home', list: [1, 2, 3] }, { etag: 'e', loadMs: 12.5, expiresAt: Infinity })
    await tier.set('kept', entry('overwritten'))
    await tier.set('kept', kept)
    await tier.set('falsy', entry(0))
    await tier.set('gone', entry(1))
    await tier.delete('gone')
    await tier.close?.()
    const again = await reopen(tier)
    try {
      await again.open?.()
      assert.deepStrictEqual(await again.get('kept'), kept)
      assert.equal((await again.get('falsy'))?.value, 0)
      assert.equal(await again.get('gone'), undefined)
      await again.set('gone', entry('back'))
      assert.equal((await again.get('gone'))?.value, 'back')
    } finally {
      await again.close?.()
    }
  })
}

function removalCheck(check: Check, name: string, body: (bench: Bench, removals: Removal[]) => Promise<void>): void {
  check(name, async (bench) => {
    const removals: Removal[] = []
    if (!bench.tier.onRemoval) return
    bench.tier.onRemoval((key, cause) => removals.push([key, cause]))
    await body(bench, removals)
  })
}

function assertWithinBounds(tier: Tier): void {
  const measured = tier.measure?.()
  assert.ok(measured)
  const { entries, maxEntries, weight, maxWeight } = measured
  assert.ok(Number.isInteger(entries) && entries >= 0 && entries <= maxEntries, `entries ${entries} of ${maxEntries}`)
  assert.ok(weight >= 0 && weight <= maxWeight, `weight ${weight} of ${maxWeight}`)
}
