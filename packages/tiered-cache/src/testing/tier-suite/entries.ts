import assert from 'node:assert/strict'
import type { Entry } from '../../entry.ts'
import type { Check } from './tier-suite.ts'

const STAMPS = [
  { tag: 'user:1', expire: 'e-1', delete: 'd-1' },
  { tag: 'Größe', expire: 'e-2', delete: 'd-2' },
]

const FACTS: readonly (readonly [string, (now: number) => Partial<Entry>])[] = [
  ['the time that its load took', () => ({ loadMs: 45_000.25 })],
  ['its etag', () => ({ etag: 'W/"33a64df5"' })],
  ['an empty etag', () => ({ etag: '' })],
  ['its stamps', () => ({ stamps: STAMPS })],
  ['a life without end', () => ({ staleAt: Infinity, expiresAt: Infinity })],
  ['a fresh hour and an endless grace', () => ({ expiresAt: Infinity })],
  ['no grace', (now) => ({ staleAt: now + 60_000, expiresAt: now + 60_000 })],
  ['a life of 100 years', (now) => ({ staleAt: now + 3.16e12, expiresAt: now + 3.16e12 })],
  ['instants with fractions of a millisecond', (now) => ({ staleAt: now + 60_000.5, expiresAt: now + 60_000.75 })],
  ['an instant in the past', (now) => ({ storedAt: now - 60_000 })],
  ['an instant ahead, by the clock of another writer', (now) => ({ storedAt: now + 1_000 })],
  ['a stale state', (now) => ({ storedAt: now - 120_000, staleAt: now - 60_000, expiresAt: now + 60_000 })],
  ['all facts at once', () => ({ loadMs: 7, etag: 'abc', stamps: STAMPS, expiresAt: Infinity })],
]

/** An entry goes in and comes out with every fact as it was. */
export function entryChecks(check: Check): void {
  check('answers undefined for a key it does not have', async ({ tier }) => {
    assert.equal(await tier.get('nobody:1'), undefined)
  })

  check('gives the entry that was set', async ({ tier, entry }) => {
    const stored = entry({ name: 'Ada', scores: [1, 2.5, -3] })
    await tier.set('user:1', stored)
    assert.deepStrictEqual(await tier.get('user:1'), stored)
  })

  for (const [fact, facts] of FACTS) {
    check(`keeps of an entry ${fact}`, async ({ tier, clock, entry }) => {
      const stored = entry('value', facts(clock.now()))
      await tier.set('key', stored)
      assert.deepStrictEqual(await tier.get('key'), stored)
    })
  }

  check('gives the latest of several entries of a key, and nothing of those before', async ({ tier, entry }) => {
    await tier.set('key', entry('first', { etag: 'one', stamps: STAMPS, loadMs: 5 }))
    const second = entry('second', { expiresAt: Infinity })
    await tier.set('key', second)
    assert.deepStrictEqual(await tier.get('key'), second)
  })

  check('gives an entry as often as asked', async ({ tier, entry }) => {
    await tier.set('key', entry('value'))
    for (let read = 0; read < 3; read++) assert.equal((await tier.get('key'))?.value, 'value')
  })
}

/** Entries leave when told to and when their life is over, and not before. */
export function lifeChecks(check: Check): void {
  check('forgets a deleted key, and takes it again', async ({ tier, entry }) => {
    await tier.set('key', entry(1))
    await tier.set('other', entry(2))
    await tier.delete('key')
    assert.equal(await tier.get('key'), undefined)
    assert.equal((await tier.get('other'))?.value, 2)
    await tier.set('key', entry(3))
    assert.equal((await tier.get('key'))?.value, 3)
  })

  check('deletes a key it does not have without a fault', async ({ tier, entry }) => {
    await tier.set('other', entry(1))
    await tier.delete('nobody:1')
    await tier.delete('nobody:1')
    assert.equal((await tier.get('other'))?.value, 1)
  })

  check('is empty after clear, where it offers that', async ({ tier, entry }) => {
    if (!tier.clear) return
    await tier.set('one', entry(1))
    await tier.set('two', entry(2))
    await tier.clear()
    assert.equal(await tier.get('one'), undefined)
    assert.equal(await tier.get('two'), undefined)
    await tier.set('one', entry(3))
    assert.equal((await tier.get('one'))?.value, 3)
  })

  check('never lengthens the life of an entry, however often it is read', async ({ tier, clock, entry }) => {
    const stored = entry('value', { staleAt: clock.now() + 60_000, expiresAt: clock.now() + 120_000 })
    await tier.set('key', stored)
    for (const minutes of ['30s', '45s'] as const) {
      await clock.advance(minutes)
      assert.deepStrictEqual(await tier.get('key'), stored)
    }
  })

  check('answers an entry past its life as it was, or not at all', async ({ tier, clock, entry }) => {
    const now = clock.now()
    const expired = entry('value', { storedAt: now - 3_000, staleAt: now - 2_000, expiresAt: now - 1_000 })
    await tier.set('key', expired)
    const found = await tier.get('key')
    if (found !== undefined) assert.deepStrictEqual(found, expired)
  })

  check('takes a fresh entry in place of an expired one', async ({ tier, clock, entry }) => {
    await tier.set('key', entry('old', { staleAt: clock.now() - 2_000, expiresAt: clock.now() - 1_000 }))
    const fresh = entry('new')
    await tier.set('key', fresh)
    assert.deepStrictEqual(await tier.get('key'), fresh)
  })

  check('replaces a fresh entry by an expired one', async ({ tier, clock, entry }) => {
    await tier.set('key', entry('fresh'))
    await tier.set('key', entry('expired', { staleAt: clock.now() - 2_000, expiresAt: clock.now() - 1_000 }))
    assert.notEqual((await tier.get('key'))?.value, 'fresh')
  })
}
