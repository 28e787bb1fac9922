import { gate } from '@org/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { randomId } from '../../src/random-id.ts'
import type { RedisTier } from '../../src/redis/redis-tier.ts'
import type { LeaseAuthority } from '../../src/tiers/tier.ts'
import { entryOf, type SpiedCommands, spiedCommands, staleEntryOf, tierOver } from '../redis-tier.fixture.ts'
import { ownRedis } from './own-redis.fixture.ts'

interface Node {
  readonly tier: RedisTier
  readonly lease: LeaseAuthority
  readonly spy: SpiedCommands
}

const redis = ownRedis()
let a: Node
let b: Node
beforeEach(() => {
  a = node()
  b = node()
})

function node(options: object = {}): Node {
  const spy = spiedCommands(redis.commands)
  const tier = tierOver(spy, { prefix: redis.prefix, ...options })
  return { tier, lease: tier.lease!, spy }
}

/** Holds the first command of a node that `matches` until it is let go. */
function held(on: Node, matches: (command: readonly string[]) => boolean) {
  const reached = gate()
  const go = gate()
  let isFirst = true
  on.spy.before = (command) => {
    if (!isFirst || !matches(command)) return undefined
    isFirst = false
    reached.open()
    return go.promise
  }
  return { reached: reached.promise, go: () => go.open() }
}

const isFill = (command: readonly string[]): boolean => command.some((word) => word.startsWith('tc1V'))
const value = async (): Promise<unknown> => (await b.tier.get('key'))?.value

describe('What was loaded or set before a write never comes after it', () => {
  it('refuses the fill of a load that a delete has overtaken: the record is absent', async () => {
    const token = randomId(16)
    await a.lease.acquire('key', token, undefined)
    await b.tier.delete('key')
    expect(await a.lease.fill('key', token, entryOf('v1'))).toBe(false)
    expect(await value()).toBeUndefined()
  })

  it('refuses the fill of a load that a delete and another load have overtaken: the token is another', async () => {
    const token = randomId(16)
    const other = randomId(16)
    await a.lease.acquire('key', token, undefined)
    await b.tier.delete('key')
    await b.lease.acquire('key', other, undefined)
    expect(await a.lease.fill('key', token, entryOf('v1'))).toBe(false)
    expect(await b.lease.fill('key', other, entryOf('v2'))).toBe(true)
    expect(await a.lease.fill('key', token, entryOf('v1'))).toBe(false)
    expect(await value()).toBe('v2')
  })

  it('refuses the fill of a refresh that a set has overtaken', async () => {
    const token = randomId(16)
    await a.tier.set('key', staleEntryOf('v0'))
    await a.lease.acquire('key', token, await a.tier.get('key'))
    await b.tier.set('key', entryOf('v2'))
    expect(await a.lease.fill('key', token, entryOf('v1'))).toBe(false)
    expect(await a.lease.renew('key', token)).toBe(false)
    expect(await value()).toBe('v2')
  })

  it('releases nothing of a load that failed after another began', async () => {
    const token = randomId(16)
    const other = randomId(16)
    await a.lease.acquire('key', token, undefined)
    await b.tier.delete('key')
    await b.lease.acquire('key', other, undefined)
    await a.lease.release('key', token)
    expect(await b.lease.fill('key', other, entryOf('v2'))).toBe(true)
  })

  it('stores nothing of a set whose value comes after a later delete', async () => {
    const late = held(a, isFill)
    const set = a.tier.set('key', entryOf('v2'))
    await late.reached
    await b.tier.delete('key')
    late.go()
    await set
    expect(await value()).toBeUndefined()
  })

  it('stores nothing of a set whose value comes after a later set', async () => {
    const late = held(a, isFill)
    const set = a.tier.set('key', entryOf('v2'))
    await late.reached
    await b.tier.set('key', entryOf('v3'))
    late.go()
    await set
    expect(await value()).toBe('v3')
  })

  it('stores nothing of a set whose lease came after its deadline: a delete may have come before that', async () => {
    const slow = node({ deadline: 20 })
    const late = held(slow, () => true)
    const set = slow.tier.set('key', entryOf('v2'))
    await late.reached
    const given = Date.now()
    await b.tier.delete('key')
    while (Date.now() - given < 30) await b.tier.get('key')
    late.go()
    await expect(set).rejects.toThrow('the lease for the write came too late')
    expect(await value()).toBeUndefined()
  })

  it('keeps the last of overlapping sets to take the lease, whichever value comes first', async () => {
    const late = held(a, isFill)
    const first = a.tier.set('key', entryOf('first'))
    await late.reached
    const second = b.tier.set('key', entryOf('second'))
    late.go()
    await Promise.all([first, second])
    expect(await value()).toBe('second')
  })

  it('shows the old value while a set is under way, and never none', async () => {
    await b.tier.set('key', entryOf('v1'))
    const late = held(a, isFill)
    const set = a.tier.set('key', entryOf('v2'))
    await late.reached
    expect(await value()).toBe('v1')
    late.go()
    await set
    expect(await value()).toBe('v2')
  })

  it('without leases stores what comes late: that is the promise which they give', async () => {
    const plain = node({ lease: false })
    const late = held(plain, () => true)
    const set = plain.tier.set('key', entryOf('v2'))
    await late.reached
    await b.tier.delete('key')
    late.go()
    await set
    const reader = node({ lease: false })
    expect(await reader.tier.get('key')).toMatchObject({ value: 'v2' })
  })
})
