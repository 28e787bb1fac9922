import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, type RedisServer, startRedis } from '@org/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownPrefix } from '../redis-tier.fixture.ts'
import { cacheNode } from './cache-node.fixture.ts'
import { type Operator, operatorOf } from './operator.fixture.ts'
import { noUnhandledRejections } from './unhandled-rejections.fixture.ts'

noUnhandledRejections()
let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

async function savesWith(operator: Operator, status: 'ok' | 'err'): Promise<void> {
  await operator('BGSAVE')
  const persistence = async (): Promise<string> => String(await operator('INFO', 'persistence'))
  await eventually(async () => (await persistence()).includes(`rdb_last_bgsave_status:${status}`))
}

/** A directory stands in the place of its file: it takes no writes from then on. Answers how to end that. */
async function cannotSave(operator: Operator): Promise<() => Promise<void>> {
  const file = join(server.directory, 'dump.rdb')
  mkdirSync(file)
  await operator('CONFIG', 'SET', 'save', '3600 1')
  await savesWith(operator, 'err')
  return async () => {
    rmdirSync(file)
    await savesWith(operator, 'ok')
  }
}

describe('A cache over a Redis that cannot save', () => {
  it('reads on, counts its writes as faults, and deletes what they concern once it can', {
    timeout: 20_000,
  }, async () => {
    const prefix = ownPrefix()
    const operator = await operatorOf(server)
    const [node, peer] = [
      cacheNode(server, { prefix, deadline: Infinity }),
      cacheNode(server, { prefix, deadline: Infinity }),
    ]
    const { cache } = node
    await Promise.all([cache.ready(), peer.cache.ready()])
    for (const key of ['kept', 'set', 'deleted']) expect(await peer.cache.set(key, 'old')).toEqual({ reached: true })
    await expect(cache.get('kept')).resolves.toBe('old')

    const heal = await cannotSave(operator)
    for (let at = 0; at < 10; at++) expect(await cache.set('set', 'new')).toEqual({ reached: false })
    expect(await cache.delete('deleted')).toEqual({ reached: false })
    expect(node.redis()).toMatchObject({ available: true, breaker: 'closed', pending: 2 })
    expect(await Promise.all(['kept', 'set', 'deleted'].map((key) => cache.get(key)))).toEqual([
      'old',
      'new',
      undefined,
    ])
    for (let at = 0; at < 20; at++) expect(await cache.getOrSet(`new ${at}`, () => at)).toBe(at)
    const reader = cacheNode(server, { prefix, deadline: Infinity })
    await expect(reader.cache.get('kept')).resolves.toBe('old')
    expect(node.redis()).toMatchObject({ available: true, breaker: 'closed', pending: 2 })
    expect(node.faults.filter((fault) => /MISCONF/.test(fault)).length).toBeGreaterThanOrEqual(31)
    expect(node.faults.filter((fault) => !/MISCONF/.test(fault))).toEqual([])
    expect(node.lines.filter((line) => line.includes('"redis" failed'))).toHaveLength(1)

    await heal()
    await eventually(() => expect(node.redis()).toMatchObject({ pending: 0 }))
    expect(await operator('EXISTS', `${prefix}set`, `${prefix}deleted`)).toBe(0)
    await eventually(async () => expect(await peer.cache.get('set')).toBeUndefined())
    expect(await cache.set('set', 'newer')).toEqual({ reached: true })
    await expect(peer.cache.get('set')).resolves.toBe('newer')
  })
})
