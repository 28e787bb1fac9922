import assert from 'node:assert/strict'
import type { TagStamp } from '../../entry.ts'
import { namespacePrefix } from '../../key.ts'
import { MISS } from '../../tiers/tier.ts'
import type { Bench, Check } from './tier-suite.ts'

const STAMP: TagStamp = { tag: 'user:1', expire: 'e', delete: 'd', isCurrent: true }
const OUTDATED: TagStamp = { tag: 'team:1', expire: 'e', delete: 'd', isCurrent: false }
const UNKNOWN: TagStamp = { tag: 'team:2', expire: 'e', delete: 'd' }

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

  tagChecks(check)
  namespaceChecks(check)
}

/** A tier may answer MISS for all that has stamps. */
function tagChecks(check: Check): void {
  freshCheck(check, 'answers MISS for an entry with a stamp that is not known to be current', (bench, getFresh) => {
    for (const stamps of [[OUTDATED], [UNKNOWN], [STAMP, OUTDATED], [UNKNOWN, STAMP], [STAMP, STAMP, OUTDATED]]) {
      set(bench, bench.entry('value', { stamps }))
      assert.equal(getFresh('key', bench.clock.now()), MISS)
      assert.equal(getFresh('key', bench.clock.now(), ['user:1']), MISS)
    }
    set(bench, bench.entry('value'))
    assert.equal(getFresh('key', bench.clock.now()), 'value')
  })

  freshCheck(check, 'answers MISS from the moment on at which a stamp is not current', (bench, getFresh) => {
    const stamp = { ...STAMP, isCurrent: true }
    set(bench, bench.entry('value', { stamps: [stamp] }))
    assert.ok(['value', MISS].includes(getFresh('key', bench.clock.now()) as string))
    stamp.isCurrent = false
    assert.equal(getFresh('key', bench.clock.now()), MISS)
  })

  freshCheck(check, 'answers MISS where the entry has not all tags that are named', (bench, getFresh) => {
    set(bench, bench.entry('value'))
    assert.equal(getFresh('key', bench.clock.now(), ['user:1']), MISS)
    set(bench, bench.entry('value', { stamps: [STAMP] }))
    for (const tags of [['user:2'], ['user:1', 'user:2'], ['user:2', 'user:1']]) {
      assert.equal(getFresh('key', bench.clock.now(), tags), MISS)
    }
  })

  freshCheck(check, 'answers MISS for a stale entry with current stamps', (bench, getFresh) => {
    const stored = bench.entry('value', { stamps: [STAMP] })
    set(bench, stored)
    assert.equal(getFresh('key', stored.staleAt, ['user:1']), MISS)
  })
}

function namespaceChecks(check: Check): void {
  const [ours, theirs] = [namespacePrefix('ours'), namespacePrefix('theirs')]

  check('namespace gives the values of keys with its prefix, which getFresh does not', ({ tier, clock, entry }) => {
    if (!tier.sync || !tier.namespace) return
    void tier.set('key', entry('plain'))
    void tier.set(`${ours}key`, entry('ours'))
    assert.equal(tier.namespace(ours).getFresh('key', clock.now()), 'ours')
    if (tier.getFresh) assert.equal(tier.getFresh(`${ours}key`, clock.now()), MISS)
    assert.equal(tier.namespace(theirs).getFresh('key', clock.now()), MISS)
    assert.equal(tier.namespace(ours).getFresh('key', clock.now(), ['user:1']), MISS)
    void tier.delete(`${ours}key`)
    assert.equal(tier.namespace(ours).getFresh('key', clock.now()), MISS)
  })

  check('namespace gives the same view for the same prefix', ({ tier, entry, clock }) => {
    if (!tier.sync || !tier.namespace) return
    const view = tier.namespace(ours)
    void tier.set(`${ours}key`, entry('ours'))
    void tier.delete(`${ours}key`)
    void tier.set(`${ours}key`, entry('again'))
    assert.equal(tier.namespace(ours), view)
    assert.equal(view.getFresh('key', clock.now()), 'again')
  })
}

type GetFresh = (key: string, now: number, tags?: readonly string[]) => unknown

function freshCheck(check: Check, name: string, body: (bench: Bench, getFresh: GetFresh) => void): void {
  check(`getFresh ${name}`, (bench) => {
    const { tier } = bench
    if (tier.sync && tier.getFresh) body(bench, (key, now, tags) => tier.getFresh?.(key, now, tags))
  })
}

function set({ tier }: Bench, entry: ReturnType<Bench['entry']>): void {
  void tier.set('key', entry)
}

function isPromise(answer: unknown): boolean {
  return typeof (answer as { then?: unknown } | undefined | null)?.then === 'function'
}
