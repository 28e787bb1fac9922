import { ManualClock } from '@org/breaker/testing'
import { describe, expect, it } from 'vitest'
import { type Entry, makeEntry } from '../entry.ts'
import { memoryTier } from '../tiers/memory-tier.ts'
import { ChaosTier } from './chaos-tier.ts'

const ENTRY = makeEntry('value', 1_000, 60_000, 0, 0)

describe('ChaosTier', () => {
  it('is the inner tier, made asynchronous, while nothing is commanded', async () => {
    const inner = memoryTier({ name: 'm', ttl: '1m' })
    const tier = new ChaosTier(inner)
    await tier.set('key', ENTRY)
    await expect(tier.get('key')).resolves.toEqual(ENTRY)
    expect(tier).toMatchObject({ name: 'm', shared: false, sync: false, ttl: '1m' })
    expect(tier.measure?.().entries).toBe(1)
    await tier.delete('key')
    await expect(tier.get('key')).resolves.toBeUndefined()
  })

  it('offers of the optional methods those of the inner tier', () => {
    const bare = new ChaosTier({ name: 'bare', shared: true, sync: false, get: () => undefined, set() {}, delete() {} })
    expect([bare.clear, bare.onRemoval, bare.measure, bare.open, bare.close]).toEqual(Array(5).fill(undefined))
  })

  it('rejects every operation with the given error until healed, and lets none through', async () => {
    const inner = memoryTier()
    const tier = new ChaosTier(inner)
    const down = new Error('down')
    tier.fail(down)
    await expect(tier.get('key')).rejects.toBe(down)
    await expect(tier.set('key', ENTRY)).rejects.toBe(down)
    await expect(tier.delete('key')).rejects.toBe(down)
    await expect(tier.clear?.()).rejects.toBe(down)
    expect(inner.get('key')).toBeUndefined()
    tier.heal()
    await tier.set('key', ENTRY)
    expect(inner.get('key')).toEqual(ENTRY)
  })

  it('answers nothing while mute, and lets what it held go on when healed', async () => {
    const inner = memoryTier()
    const tier = new ChaosTier(inner)
    tier.mute()
    const late = tier.set('key', ENTRY)
    expect(await isPending(late)).toBe(true)
    expect(inner.get('key')).toBeUndefined()
    tier.heal()
    await late
    expect(inner.get('key')).toEqual(ENTRY)
  })

  it('rejects what it held when it fails', async () => {
    const tier = new ChaosTier(memoryTier())
    tier.mute()
    const held = tier.get('key')
    tier.fail(new Error('reset'))
    await expect(held).rejects.toThrow('reset')
  })

  it('begins an operation later by the given delay', async () => {
    const clock = new ManualClock()
    const inner = memoryTier()
    const tier = new ChaosTier(inner, { clock })
    tier.delay('100ms')
    const late = tier.set('key', ENTRY)
    await clock.advance('99ms')
    expect(inner.get('key')).toBeUndefined()
    await clock.advance('1ms')
    await late
    expect(inner.get('key')).toEqual(ENTRY)
  })

  it('answers garbage to every read when garbled, and keeps what it has', async () => {
    const tier = new ChaosTier(memoryTier())
    await tier.set('key', ENTRY)
    tier.garble()
    for (let read = 0; read < 100; read++) expect(isEntry(await tier.get('key'))).toBe(false)
    tier.heal()
    await expect(tier.get('key')).resolves.toEqual(ENTRY)
  })

  it('fails by chance, at the rate and by the seed that it was given', async () => {
    const first = await outcomes(7)
    expect(first.filter((outcome) => outcome === 'fault').length).toBeGreaterThan(150)
    expect(first.filter((outcome) => outcome === 'fault').length).toBeLessThan(350)
    expect(await outcomes(7)).toEqual(first)
    expect(await outcomes(8)).not.toEqual(first)
  })

  it('gives garbage by chance', async () => {
    const tier = new ChaosTier(memoryTier(), { seed: 3, garbageRate: 0.5 })
    await tier.set('key', ENTRY)
    const reads = await Promise.all(Array.from({ length: 400 }, () => tier.get('key')))
    const garbage = reads.filter((read) => !isEntry(read)).length
    expect(garbage).toBeGreaterThan(150)
    expect(garbage).toBeLessThan(250)
  })

  it('refuses a rate that is none', () => {
    for (const faultRate of [-0.1, 1.1, Number.NaN]) {
      expect(() => new ChaosTier(memoryTier(), { faultRate })).toThrow(RangeError)
    }
  })
})

function outcomes(seed: number): Promise<string[]> {
  const tier = new ChaosTier(memoryTier(), { seed, faultRate: 0.25 })
  const once = (): Promise<string> =>
    tier.get('key').then(
      () => 'answer',
      () => 'fault',
    )
  return Promise.all(Array.from({ length: 1_000 }, once))
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending')
  const turn = new Promise((resolve) => setImmediate(resolve, pending))
  return (await Promise.race([promise, turn])) === pending
}

function isEntry(record: unknown): record is Entry {
  if (typeof record !== 'object' || record === null) return false
  const { storedAt, staleAt, expiresAt, stamps } = record as Partial<Record<keyof Entry, unknown>>
  const instants = [storedAt, staleAt, expiresAt]
  return (
    instants.every((instant) => typeof instant === 'number' && !Number.isNaN(instant)) &&
    (expiresAt as number) >= (staleAt as number) &&
    Array.isArray(stamps) &&
    stamps.every((stamp) => typeof stamp === 'object' && stamp !== null)
  )
}
