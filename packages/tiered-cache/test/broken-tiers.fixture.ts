import type { Entry, TagStamp } from '../src/entry.ts'
import { MISS, type Tier } from '../src/tiers/tier.ts'
import type { referenceTier } from './plain-tiers.fixture.ts'

type Fault = readonly [
  fault: string,
  caughtBy: RegExp,
  breakIt: (tier: ReturnType<typeof referenceTier>) => Partial<Tier>,
]

/** Each is a Map tier with one fault. */
export const FAULTS: readonly Fault[] = [
  ['throws for a miss', /answers undefined for a key/, (tier) => ({ get: (key) => found(tier, key) ?? fail() })],
  [
    'answers null for a miss',
    /answers undefined for a key/,
    (tier) => ({ get: (key) => found(tier, key) ?? (null as never) }),
  ],
  [
    'drops falsy values',
    /keeps (0|false|null|an empty string)$/,
    (tier) => ({ get: (key) => (found(tier, key)?.value ? found(tier, key) : undefined) }),
  ],
  [
    'drops negative entries',
    /the value undefined of a negative entry/,
    (tier) => ({ get: (key) => (found(tier, key)?.value === undefined ? undefined : found(tier, key)) }),
  ],
  [
    'lengthens a life at each read',
    /never lengthens/,
    (tier) => ({ get: (key) => change(found(tier, key), (entry) => ({ expiresAt: entry.expiresAt + 1 })) }),
  ],
  [
    'begins the life anew at a set',
    /keeps of an entry an instant in the past/,
    (tier) => ({ set: (key, entry) => tier.set(key, { ...entry, storedAt: Date.now() }) }),
  ],
  [
    'forgets the etag',
    /keeps of an entry its etag/,
    (tier) => ({ set: (key, entry) => tier.set(key, { ...entry, etag: undefined }) }),
  ],
  [
    'forgets an empty etag',
    /keeps of an entry an empty etag/,
    (tier) => ({ set: (key, entry) => tier.set(key, { ...entry, etag: entry.etag || undefined }) }),
  ],
  [
    'forgets the stamps',
    /keeps of an entry its stamps/,
    (tier) => ({ set: (key, entry) => tier.set(key, { ...entry, stamps: [] }) }),
  ],
  [
    'rounds the time of the load',
    /the time that its load took/,
    (tier) => ({ set: (key, entry) => tier.set(key, { ...entry, loadMs: Math.round(entry.loadMs) }) }),
  ],
  [
    'writes instants as JSON',
    /a life without end/,
    (tier) => ({
      set: (key, entry) =>
        tier.set(key, {
          ...entry,
          ...JSON.parse(JSON.stringify({ staleAt: entry.staleAt, expiresAt: entry.expiresAt })),
        }),
    }),
  ],
  [
    'keeps the first entry of a key',
    /gives the latest of several/,
    (tier) => ({ set: (key, entry) => (found(tier, key) ? undefined : tier.set(key, entry)) }),
  ],
  [
    'merges an entry with the one before',
    /gives the latest of several/,
    (tier) => ({ set: (key, entry) => tier.set(key, { ...entry, etag: entry.etag ?? found(tier, key)?.etag }) }),
  ],
  ['forgets an entry once it is read', /as often as asked/, (tier) => ({ get: (key) => take(tier, key) })],
  ['ignores deletes', /forgets a deleted key/, () => ({ delete: () => {} })],
  [
    'throws at the delete of an unknown key',
    /deletes a key it does not have/,
    (tier) => ({ delete: (key) => (found(tier, key) ? tier.delete(key) : fail()) }),
  ],
  ['ignores clear', /is empty after clear/, () => ({ clear: () => {} })],
  [
    'ignores an expired entry and keeps the fresh one',
    /replaces a fresh entry by an expired/,
    (tier) => ({ set: (key, entry) => (entry.expiresAt < Date.now() ? undefined : tier.set(key, entry)) }),
  ],
  ['ignores case', /differ in case/, (tier) => renamed(tier, (key) => key.toLowerCase())],
  ['normalises keys', /differ in Unicode normalisation/, (tier) => renamed(tier, (key) => key.normalize())],
  ['trims keys', /differ in a trailing space/, (tier) => renamed(tier, (key) => key.trim())],
  [
    'cuts keys at U+0000',
    /differ in a trailing U\+0000/,
    (tier) => renamed(tier, (key) => key.split('\u0000')[0] ?? ''),
  ],
  ['cuts long keys', /differ in the last of 4096/, (tier) => renamed(tier, (key) => key.slice(0, 250))],
  [
    'makes file names of keys',
    /differ in the separator|odd keys/,
    (tier) => renamed(tier, (key) => key.replace(/[^a-z0-9]/gi, '_')),
  ],
  ['writes keys as UTF-8', /lone surrogate/, (tier) => renamed(tier, (key) => Buffer.from(key).toString())],
  [
    'refuses keys of the core',
    /odd keys/,
    (tier) => ({ set: (key, entry) => (key.startsWith('\u0000') ? fail() : tier.set(key, entry)) }),
  ],
  ['keeps entries in a plain object', /odd keys/, () => objectTier()],
  [
    'writes text as Latin-1',
    /keeps text of several scripts/,
    (tier) => ({
      set: (key, entry) =>
        tier.set(
          key,
          typeof entry.value === 'string'
            ? { ...entry, value: Buffer.from(entry.value, 'latin1').toString('latin1') }
            : entry,
        ),
    }),
  ],
  [
    'cuts large values',
    /keeps a string of 1 MiB/,
    (tier) => ({
      set: (key, entry) =>
        tier.set(key, typeof entry.value === 'string' ? { ...entry, value: entry.value.slice(0, 65_536) } : entry),
    }),
  ],
  [
    'holds 500 entries',
    /holds 1000 keys/,
    (tier) => ({ set: (key, entry) => (tier.measure().entries < 500 ? tier.set(key, entry) : undefined) }),
  ],
  [
    'copies what it should keep by reference',
    /the very object/,
    (tier) => ({ set: (key, entry) => tier.set(key, { ...entry, value: structuredClone(entry.value) }) }),
  ],
  [
    'answers promises and says it is synchronous',
    /never answers a promise/,
    (tier) => ({ get: async (key) => tier.get(key) }),
  ],
  ['offers getFresh and is not synchronous', /offers getFresh only/, () => ({ sync: false })],
  [
    'answers undefined from getFresh for a miss',
    /getFresh answers MISS for a key/,
    (tier) => ({ getFresh: (key, now) => unmiss(tier.getFresh(key, now)) }),
  ],
  [
    'gives stale values from getFresh',
    /getFresh answers MISS for a stale/,
    (tier) => ({ getFresh: (key) => valueOr(found(tier, key), MISS) }),
  ],
  [
    'takes staleAt for fresh',
    /getFresh gives the value until/,
    (tier) => ({ getFresh: (key, now) => tier.getFresh(key, now - 1) }),
  ],
  [
    'gives tagged values from getFresh',
    /getFresh answers MISS for an entry with a stamp that is not known to be current/,
    (tier) => ({
      getFresh: (key, now) =>
        tier.getFresh(key, now) === MISS && now < (found(tier, key)?.staleAt ?? 0)
          ? found(tier, key)?.value
          : tier.getFresh(key, now),
    }),
  ],
  [
    'takes a stamp that is not told of for a current one',
    /getFresh answers MISS for an entry with a stamp that is not known/,
    (tier) => ({ getFresh: (key, now) => freshUnless(tier, key, now, (stamp) => stamp.isCurrent === false) }),
  ],
  [
    'remembers whether a stamp was current',
    /getFresh answers MISS from the moment on at which a stamp is not current/,
    (tier) => ({
      set: (key, entry) => tier.set(key, { ...entry, stamps: entry.stamps.map((stamp) => ({ ...stamp })) }),
      getFresh: (key, now) => freshUnless(tier, key, now, (stamp) => stamp.isCurrent !== true),
    }),
  ],
  [
    'does not look for the tags that are named',
    /getFresh answers MISS where the entry has not all tags/,
    (tier) => ({ getFresh: (key, now) => freshUnless(tier, key, now, (stamp) => stamp.isCurrent !== true) }),
  ],
  [
    'answers one namespace for all',
    /namespace gives the values/,
    (tier) => ({ namespace: () => ({ getFresh: (key, now) => tier.getFresh(key, now) }) }),
  ],
  [
    'makes a view of a namespace for each call',
    /namespace gives the same view/,
    (tier) => ({ namespace: (prefix) => ({ getFresh: (key, now) => tier.getFresh(prefix + key, now) }) }),
  ],
  [
    'drops falsy values in getFresh',
    /getFresh gives a fresh value/,
    (tier) => ({ getFresh: (key, now) => tier.getFresh(key, now) || MISS }),
  ],
  [
    'drops stale entries in getFresh',
    /getFresh answers MISS for a stale entry and keeps it/,
    (tier) => ({ getFresh: (key, now) => freshOrDrop(tier, key, now) }),
  ],
  ['has no name', /has a name/, () => ({ name: '' })],
  ['counts an overwrite as an entry', /counts its entries/, (tier) => countingSets(tier)],
  [
    'measures NaN',
    /measures itself within its bounds/,
    (tier) => ({ measure: () => ({ ...tier.measure(), weight: Number.NaN }) }),
  ],
  ['tells of a removal at the first set', /tells that an entry was replaced/, () => tellsAlways()],
  [
    'never takes a listener off',
    /once it is off/,
    (tier) => ({ onRemoval: (listener) => (tier.onRemoval(listener), () => {}) }),
  ],
  ['lets a listener break a delete', /listener that throws/, () => tellsBare()],
  ['closes only once', /closes more than once/, () => closesOnce()],
]

function fail(): never {
  throw new Error('broken on purpose')
}

function found(tier: Tier, key: string): Entry | undefined {
  return tier.get(key) as Entry | undefined
}

function take(tier: Tier, key: string): Entry | undefined {
  const entry = found(tier, key)
  void tier.delete(key)
  return entry
}

function change(entry: Entry | undefined, facts: (entry: Entry) => Partial<Entry>): Entry | undefined {
  return entry && { ...entry, ...facts(entry) }
}

function valueOr(entry: Entry | undefined, absent: unknown): unknown {
  return entry === undefined ? absent : entry.value
}

function unmiss(answer: unknown): unknown {
  return answer === MISS ? undefined : answer
}

function freshUnless(
  tier: ReturnType<typeof referenceTier>,
  key: string,
  now: number,
  isOut: (stamp: TagStamp) => boolean,
): unknown {
  const entry = found(tier, key)
  return entry !== undefined && now < entry.staleAt && !entry.stamps.some(isOut) ? entry.value : MISS
}

function freshOrDrop(tier: ReturnType<typeof referenceTier>, key: string, now: number): unknown {
  const answer = tier.getFresh(key, now)
  if (answer === MISS) void tier.delete(key)
  return answer
}

function renamed(tier: ReturnType<typeof referenceTier>, name: (key: string) => string): Partial<Tier> {
  return {
    get: (key) => tier.get(name(key)),
    getFresh: (key, now) => tier.getFresh(name(key), now),
    set: (key, entry) => tier.set(name(key), entry),
    delete: (key) => tier.delete(name(key)),
  }
}

function objectTier(): Partial<Tier> {
  const entries: Record<string, Entry> = {}
  return {
    get: (key) => entries[key],
    set: (key, entry) => void (entries[key] = entry),
    delete: (key) => void delete entries[key],
  }
}

function countingSets(tier: ReturnType<typeof referenceTier>): Partial<Tier> {
  let sets = 0
  return {
    set(key, entry) {
      sets++
      return tier.set(key, entry)
    },
    measure: () => ({ ...tier.measure(), entries: sets }),
  }
}

function tellsAlways(): Partial<Tier> {
  const listeners: Parameters<NonNullable<Tier['onRemoval']>>[0][] = []
  const map = new Map<string, Entry>()
  return {
    get: (key) => map.get(key),
    set(key, entry) {
      map.set(key, entry)
      for (const listener of listeners) listener(key, 'replaced')
    },
    onRemoval(listener) {
      listeners.push(listener)
      return () => {}
    },
  }
}

function tellsBare(): Partial<Tier> {
  const map = new Map<string, Entry>()
  const listeners: Parameters<NonNullable<Tier['onRemoval']>>[0][] = []
  return {
    get: (key) => map.get(key),
    set: (key, entry) => void map.set(key, entry),
    delete(key) {
      for (const listener of listeners) listener(key, 'deleted')
      map.delete(key)
    },
    onRemoval(listener) {
      listeners.push(listener)
      return () => {}
    },
  }
}

function closesOnce(): Partial<Tier> {
  let closed = false
  return {
    async close() {
      if (closed) fail()
      closed = true
    },
  }
}
