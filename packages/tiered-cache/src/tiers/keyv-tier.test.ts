import { Keyv } from 'keyv'
import { Keyv as Keyv5 } from 'keyv5'
import { beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { type Entry, makeEntry } from '../entry.ts'
import { UnstorableValueError } from '../errors.ts'
import { type KeyvLike, keyvTier } from './keyv-tier.ts'

const HOUR = 3_600_000

/** A store of our own making, whose operations can be made to fail. */
class FragileStore {
  readonly opts = {}
  readonly data = new Map<string, unknown>()
  failure: Error | undefined

  async get(key: string): Promise<unknown> {
    this.#mayFail()
    return this.data.get(key)
  }

  async set(key: string, value: unknown): Promise<boolean> {
    this.#mayFail()
    this.data.set(key, value)
    return true
  }

  async delete(key: string): Promise<boolean> {
    this.#mayFail()
    return this.data.delete(key)
  }

  async clear(): Promise<void> {
    this.#mayFail()
    this.data.clear()
  }

  async disconnect(): Promise<void> {
    this.#mayFail()
  }

  #mayFail(): void {
    if (this.failure !== undefined) throw this.failure
  }
}

/** Its arguments, as an instance that only records them. */
function recording(answers: Partial<Record<'get' | 'set' | 'delete', unknown>> = {}) {
  const keyv = {
    get: vi.fn<(key: string) => Promise<unknown>>().mockResolvedValue(answers.get),
    set: vi.fn<(key: string, value: string, ttl?: number) => Promise<unknown>>().mockResolvedValue(answers.set ?? true),
    delete: vi.fn<(key: string) => Promise<unknown>>().mockResolvedValue(answers.delete ?? true),
    clear: vi.fn<() => Promise<void>>().mockResolvedValue(),
    disconnect: vi.fn<() => Promise<void>>().mockResolvedValue(),
    on: vi.fn<(event: 'error', listener: (error: unknown) => void) => void>(),
  }
  const emit = (error: unknown): void => keyv.on.mock.calls[0]?.[1](error)
  return { keyv, emit }
}

describe('KeyvTier, by itself', () => {
  it('is a shared, asynchronous tier named keyv', () => {
    expect(keyvTier(recording().keyv)).toMatchObject({ name: 'keyv', shared: true, sync: false })
    const named = keyvTier(recording().keyv, { name: 'disk', shared: false, deadline: '1s', ttl: '1h' })
    expect(named).toMatchObject({ name: 'disk', shared: false, deadline: '1s', ttl: '1h' })
  })

  it('takes Keyv 5 and Keyv 6 as they are', () => {
    expectTypeOf<Keyv>().toExtend<KeyvLike>()
    expectTypeOf<Keyv<string>>().toExtend<KeyvLike>()
    expectTypeOf<Keyv5>().toExtend<KeyvLike>()
    expectTypeOf<Keyv5<string>>().toExtend<KeyvLike>()
    expectTypeOf<Map<string, string>>().not.toExtend<KeyvLike>()
  })

  it.each<[string, () => unknown]>([
    ['keyv must be a Keyv instance, got string', () => keyvTier('redis://user:hunter2@host' as never)],
    ['keyv must be a Keyv instance, got null', () => keyvTier(null as never)],
    ['keyv must be a Keyv instance, got an object without disconnect()', () => keyvTier(new Map() as never)],
    ["keyvTier options has no option 'nmae'", () => keyvTier(recording().keyv, { nmae: 'x' } as never)],
    ['name must be a string that is not empty', () => keyvTier(recording().keyv, { name: '' })],
    ['shared must be true or false, got yes (string)', () => keyvTier(recording().keyv, { shared: 'yes' as never })],
    ['closeKeyv must be true or false, got 1 (number)', () => keyvTier(recording().keyv, { closeKeyv: 1 as never })],
    ['ttl must be zero or more milliseconds, got -1 (number)', () => keyvTier(recording().keyv, { ttl: -1 })],
    ['deadline must be milliseconds or a string', () => keyvTier(recording().keyv, { deadline: 'soon' as never })],
  ])('refuses a wrong call: %s', (message, call) => {
    expect(call).toThrow(message)
  })

  it('takes undefined as the default of every option', () => {
    const undefinedOptions = {
      name: undefined,
      shared: undefined,
      deadline: undefined,
      ttl: undefined,
      closeKeyv: undefined,
    }
    expect(keyvTier(recording().keyv, undefinedOptions)).toMatchObject({ name: 'keyv', shared: true })
  })

  it('gives Keyv the life that is left', async () => {
    const { keyv } = recording()
    const now = vi.spyOn(Date, 'now').mockReturnValue(10_000_000)
    const tier = keyvTier(keyv)
    const lives: readonly (readonly [Entry, number | undefined])[] = [
      [makeEntry(1, 10_000_000, HOUR, 0, 0), HOUR],
      [makeEntry(1, 10_000_000 - HOUR / 2, HOUR, HOUR, 0), 1.5 * HOUR],
      [makeEntry(1, 10_000_000, 1.5, 0, 0), 2],
      [makeEntry(1, 10_000_000, Infinity, 0, 0), undefined],
      [makeEntry(1, 10_000_000, 1e20, 0, 0), undefined],
      // Written by a clock that is not the machine's.
      [makeEntry(1, 0, 1_000, 0, 0), 1_000],
      [makeEntry(1, 99_000_000, 1_000, 0, 0), 1_000],
    ]
    for (const [entry] of lives) await tier.set('k', entry)
    now.mockRestore()
    expect(keyv.set.mock.calls.map(([, , ttl]) => ttl)).toStrictEqual(lives.map(([, ttl]) => ttl))
  })

  it('stores nothing that has no life, and removes what was there', async () => {
    const { keyv } = recording()
    await keyvTier(keyv).set('k', makeEntry('v', Date.now(), 0, 0, 0))
    expect(keyv.set).not.toHaveBeenCalled()
    expect(keyv.delete).toHaveBeenCalledExactlyOnceWith('k')
  })

  it('listens once to an instance that several tiers share', () => {
    const { keyv } = recording()
    keyvTier(keyv)
    keyvTier(keyv, { name: 'again' })
    expect(keyv.on).toHaveBeenCalledTimes(1)
  })

  it('disconnects Keyv only where it is told to', async () => {
    const { keyv } = recording()
    await keyvTier(keyv).close?.()
    expect(keyv.disconnect).not.toHaveBeenCalled()
    await keyvTier(keyv, { closeKeyv: true }).close?.()
    expect(keyv.disconnect).toHaveBeenCalledTimes(1)
  })

  it('rejects a write that Keyv did not store', async () => {
    const tier = keyvTier(recording({ set: false }).keyv)
    await expect(tier.set('k', makeEntry(1, Date.now(), HOUR, 0, 0))).rejects.toThrow('did not store')
  })

  it('takes a miss for a fault only where an error was emitted meanwhile', async () => {
    const { keyv, emit } = recording()
    const tier = keyvTier(keyv)
    emit(new Error('of an earlier operation'))
    await expect(tier.get('k')).resolves.toBeUndefined()
    keyv.get.mockImplementation(async () => emit('gone'))
    await expect(tier.get('k')).rejects.toMatchObject({ message: 'Keyv emitted an error', cause: 'gone' })
    keyv.get.mockImplementation(async () => emit(new SyntaxError('not JSON')))
    await expect(tier.get('k')).resolves.toBeUndefined()
  })

  it('opens with one read, and fails at the first error while the store still tries', async () => {
    const { keyv, emit } = recording()
    await keyvTier(keyv).open?.()
    expect(keyv.get).toHaveBeenCalledTimes(1)
    keyv.get.mockReturnValue(new Promise(() => {}))
    const opened = keyvTier(keyv).open?.()
    emit(new Error('refused'))
    await expect(opened).rejects.toThrow('refused')
  })
})

describe.each([
  ['Keyv 6', (store: FragileStore): KeyvLike => new Keyv({ store })],
  ['Keyv 5', (store: FragileStore): KeyvLike => new Keyv5({ store })],
  ['Keyv 5 that throws', (store: FragileStore): KeyvLike => new Keyv5({ store, throwOnErrors: true })],
])('KeyvTier over %s', (_, make) => {
  const entry = makeEntry({ when: new Date(1), tags: new Set(['a']) }, Date.now(), HOUR, 0, 5)
  let store: FragileStore
  let keyv: KeyvLike

  beforeEach(() => {
    store = new FragileStore()
    keyv = make(store)
  })

  it('gives back entries, misses, and deletes', async () => {
    const tier = keyvTier(keyv)
    await expect(tier.get('k')).resolves.toBeUndefined()
    await tier.set('k', entry)
    await expect(tier.get('k')).resolves.toStrictEqual(entry)
    await tier.delete('k')
    await tier.delete('k')
    await expect(tier.get('k')).resolves.toBeUndefined()
  })

  it('reads a miss from what is foreign or damaged', async () => {
    const tier = keyvTier(keyv)
    await tier.set('k', entry)
    const [place] = [...store.data.keys()] as [string]
    for (const foreign of ['{"value":"x"}', '{"value":7}', '"text"', '7', '{"val', 'TC1', '', '[]']) {
      store.data.set(place, foreign)
      await expect(tier.get('k')).resolves.toBeUndefined()
    }
  })

  it('never gives the entry of another key that the store maps to the same place', async () => {
    const tier = keyvTier(keyv)
    await tier.set('keyv:k', entry)
    await expect(tier.get('k')).resolves.toBeUndefined()
  })

  it('rejects every operation of a store that fails, and works again when it does', async () => {
    const tier = keyvTier(keyv, { closeKeyv: true })
    store.failure = new Error('down')
    await expect(tier.open?.()).rejects.toThrow('down')
    await expect(tier.get('k')).rejects.toThrow('down')
    await expect(tier.set('k', entry)).rejects.toThrow('down')
    await expect(tier.delete('k')).rejects.toThrow('down')
    await expect(tier.clear?.()).rejects.toThrow('down')
    await expect(tier.close?.()).rejects.toThrow('down')
    store.failure = undefined
    await tier.set('k', entry)
    await expect(tier.get('k')).resolves.toStrictEqual(entry)
  })

  it('names key and path of a value that cannot be stored, and stores nothing', async () => {
    const write = keyvTier(keyv).set('user:1', makeEntry({ load: () => 1 }, Date.now(), HOUR, 0, 0))
    await expect(write).rejects.toThrow(UnstorableValueError)
    await expect(write).rejects.toMatchObject({ key: 'user:1', path: '$.load', kind: 'a function' })
    expect(store.data.size).toBe(0)
  })
})
