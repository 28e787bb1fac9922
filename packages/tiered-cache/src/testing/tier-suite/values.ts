import assert from 'node:assert/strict'
import type { Tier } from '../../tiers/tier.ts'
import { EXACT_OR_REFUSED, PLAIN, UNSTORABLE } from './value-samples.ts'
import type { Bench, Check } from './tier-suite.ts'

/** A value comes back with its types, or `set` refuses it: it never comes back changed. */
export function valueChecks(check: Check): void {
  for (const [kind, make] of PLAIN) {
    check(`keeps ${kind}`, async ({ tier, entry }) => {
      await tier.set('key', entry(make()))
      const found = await tier.get('key')
      assert.ok(found, 'the entry is missing')
      assert.deepStrictEqual(found.value, make())
    })
  }

  check('keeps the value undefined of a negative entry', async ({ tier, entry }) => {
    const negative = entry(undefined)
    await tier.set('key', negative)
    assert.deepStrictEqual(await tier.get('key'), negative)
  })

  for (const [kind, make] of EXACT_OR_REFUSED) {
    check(`keeps ${kind}, or refuses it`, (bench) => assertExactOrRefused(bench, make))
  }
}

/** What a tier does with objects that live on after `set`. */
export function referenceChecks(check: Check, keepsReferences: boolean): void {
  if (keepsReferences) {
    check('gives the very object that was stored', async ({ tier, entry }) => {
      const value = { name: 'Ada' }
      await tier.set('key', entry(value))
      assert.equal((await tier.get('key'))?.value, value)
      assert.equal((await tier.get('key'))?.value, value)
    })
    return
  }

  check('does not follow a change made to the value after set', async ({ tier, entry }) => {
    const value = { name: 'Ada', tags: ['a'] }
    await tier.set('key', entry(value))
    value.name = 'Eve'
    value.tags.push('b')
    assert.deepStrictEqual((await tier.get('key'))?.value, { name: 'Ada', tags: ['a'] })
  })

  check('does not follow a change made to a value that it gave', async ({ tier, entry }) => {
    await tier.set('key', entry({ name: 'Ada' }))
    const given = (await tier.get('key'))?.value as { name: string }
    given.name = 'Eve'
    assert.deepStrictEqual((await tier.get('key'))?.value, { name: 'Ada' })
  })

  for (const [kind, make] of UNSTORABLE) {
    check(`refuses ${kind} with its path, and stores nothing`, async ({ tier, entry }) => {
      const refusal = await refusalOf(tier, () => tier.set('key', entry({ outer: { inner: make() } })))
      assert.ok(refusal, 'it was not refused')
      assert.match(refusal.path, /outer.*inner/)
      assert.equal(await tier.get('key'), undefined)
    })
  }
}

async function assertExactOrRefused({ tier, entry }: Bench, make: () => unknown): Promise<void> {
  const refusal = await refusalOf(tier, () => tier.set('key', entry(make())))
  const found = await tier.get('key')
  if (refusal !== undefined) {
    assert.equal(found, undefined)
    return
  }
  assert.ok(found, 'it was neither kept nor refused')
  assert.deepStrictEqual(found.value, make())
}

/** By its code and not by its class: a tier may come from another copy of the package. */
async function refusalOf(tier: Tier, set: () => unknown): Promise<{ readonly path: string } | undefined> {
  try {
    await set()
    return undefined
  } catch (error) {
    const { code, path } = error as { code?: unknown; path?: unknown }
    if (code !== 'ERR_CACHE_UNSTORABLE') throw error
    assert.ok(typeof path === 'string', `tier "${tier.name}" refused without a path`)
    return { path }
  }
}
