import assert from 'node:assert/strict'
import { MISS } from '../../tiers/tier.ts'
import type { Bench, Check } from './tier-suite.ts'

const STAMPS = [{ tag: 'user:1', expire: 'e', delete: 'd' }]

/** `sync` says the truth, and `getFresh` gives fresh values alone. */
export function synchronousChecks(check: Check): void {
  check('never answers a promise where it says that it is synchronous', ({ tier, entry }) => {
    if (!tier.sync) return
    const answers = [
      tier.get('key'),
      tier.set('key', entry(1)),
      tier.get('key'),
      tier.set('key', entry(2)),
      tier.getFresh?.('key', 0),
      tier.delete('key'),
      tier.delete('key'),
      tier.clear?.(),
    ]
    for (const answer of answers) assert.ok(!isPromise(answer), 'a method answered a promise')
  })

  check('offers getFresh only where it is synchronous', ({ tier }) => {
    if (!tier.sync) assert.ok(!tier.getFresh)
  })

  freshCheck(check, 'gives a fresh value, falsy ones too', (bench, getFresh) => {
    for (const value of [{ name: 'Ada' }, 0, '', false, null]) {
      set(bench, bench.entry(value))
      assert.deepStrictEqual(getFresh('key', bench.clock.now()), value)
    }
  })

  freshCheck(check, 'gives the value undefined of a fresh negative entry', (bench, getFresh) => {
    set(bench, bench.entry(undefined))
    assert.equal(getFresh('key', bench.clock.now()), undefined)
  })

  freshCheck(check, 'answers MISS for a key that is missing, deleted or an inherited property', (bench, getFresh) => {
    set(bench, bench.entry(1))
    void bench.tier.delete('key')
    for (const key of ['key', 'nobody:1', '__proto__', 'constructor']) {
      assert.equal(getFresh(key, bench.clock.now()), MISS)
    }
  })

  freshCheck(
    check,
    'gives the value until the millisecond before staleAt, and MISS from staleAt on',
    (bench, getFresh) => {
      const stored = bench.entry('value')
      set(bench, stored)
      assert.equal(getFresh('key', stored.staleAt - 1), 'value')
      assert.equal(getFresh('key', stored.staleAt), MISS)
      assert.equal(getFresh('key', stored.staleAt + 1), MISS)
    },
  )

  freshCheck(check, 'answers MISS for a stale entry and keeps it', (bench, getFresh) => {
    const stored = bench.entry('value')
    set(bench, stored)
    assert.equal(getFresh('key', stored.expiresAt - 1), MISS)
    assert.deepStrictEqual(bench.tier.get('key'), stored)
  })

  freshCheck(check, 'answers MISS for an expired entry', (bench, getFresh) => {
    const stored = bench.entry('value')
    set(bench, stored)
    assert.equal(getFresh('key', stored.expiresAt), MISS)
    assert.equal(getFresh('key', stored.expiresAt + 1), MISS)
  })

  freshCheck(check, 'gives an endless entry at any time', (bench, getFresh) => {
    set(bench, bench.entry('value', { staleAt: Infinity, expiresAt: Infinity }))
    assert.equal(getFresh('key', Number.MAX_SAFE_INTEGER), 'value')
  })

  freshCheck(
    check,
    'answers MISS for an entry with tags: whether it is valid is not for the tier to judge',
    (bench, getFresh) => {
      set(bench, bench.entry('value', { stamps: STAMPS }))
      assert.equal(getFresh('key', bench.clock.now()), MISS)
      set(bench, bench.entry('value'))
      assert.equal(getFresh('key', bench.clock.now()), 'value')
    },
  )
}

type GetFresh = (key: string, now: number) => unknown

function freshCheck(check: Check, name: string, body: (bench: Bench, getFresh: GetFresh) => void): void {
  check(`getFresh ${name}`, (bench) => {
    const { tier } = bench
    if (tier.sync && tier.getFresh) body(bench, (key, now) => tier.getFresh?.(key, now))
  })
}

function set({ tier }: Bench, entry: ReturnType<Bench['entry']>): void {
  void tier.set('key', entry)
}

function isPromise(answer: unknown): boolean {
  return typeof (answer as { then?: unknown } | undefined | null)?.then === 'function'
}
