import { describe, expect, it } from 'vitest'
import { type ServiceNode, startNode } from './node.fixture.ts'
import { newRecording } from './recordings.ts'

const TOKEN = 'stats-token-0123456789'
const AWAY = '203.0.113.5'

describe('the statistics', () => {
  it('begin with the fields that operators know', async () => {
    const { client } = await startNode({ env: { MEMORY_ENTRIES: '7' } })
    const [recording, other] = [newRecording(), newRecording()]
    for (const each of [recording, recording, other, recording]) await client.analyze(each)
    const stats = await client.cacheStats()
    expect(Object.keys(stats)).toEqual([
      'hits_memory',
      'hits_redis',
      'hits_disk',
      'misses',
      'total_requests',
      'hit_rate',
      'memory_size',
      'memory_maxsize',
      'redis_available',
      'stats',
    ])
    expect(stats).toMatchObject({ hits_memory: 2, misses: 2, total_requests: 4, hit_rate: '50.0%' })
    expect(stats).toMatchObject({ memory_size: 2, memory_maxsize: 7, redis_available: false })
    expect(await client.pipelineStats()).toMatchObject({
      active: 0,
      max_parallel: 3,
      queue_length: 0,
      breaker: 'closed',
    })
  })

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  it.each<[string, number, Record<string, string>, string, Record<string, string>]>([
    ['this machine', 200, {}, '127.0.0.1', {}],
    ['this machine, otherwise', 200, {}, '::ffff:127.0.0.2', {}],
    ['this machine over IPv6', 200, {}, '::1', {}],
    ['elsewhere', 403, {}, AWAY, {}],
    ['this machine without its token', 403, { STATS_TOKEN: TOKEN }, '127.0.0.1', {}],
    ['this machine with the token', 200, { STATS_TOKEN: TOKEN }, '127.0.0.1', bearer(TOKEN)],
    ['elsewhere without its token', 403, { STATS_TOKEN: TOKEN }, AWAY, {}],
    ['elsewhere with a wrong token', 403, { STATS_TOKEN: TOKEN }, AWAY, bearer(`${TOKEN}x`)],
    ['elsewhere with the token', 200, { STATS_TOKEN: TOKEN }, AWAY, bearer(TOKEN)],
    ['elsewhere with a token where there is none', 403, {}, AWAY, bearer('undefined')],
    ['elsewhere, claiming to be here', 403, {}, AWAY, { 'x-forwarded-for': '127.0.0.1' }],
    ['elsewhere, through a proxy on this machine', 403, {}, '127.0.0.1', { 'x-forwarded-for': AWAY }],
    ['this machine under its address', 200, {}, '::1', { host: '[::1]:3000' }],
    ['this machine under a name from elsewhere', 403, {}, '127.0.0.1', { host: 'evil.example' }],
    [
      'a proxy on this machine with the token',
      200,
      { TRUST_PROXY: 'true', STATS_TOKEN: TOKEN },
      '127.0.0.1',
      bearer(TOKEN),
    ],
    ['a proxy on this machine', 403, { TRUST_PROXY: 'true' }, '127.0.0.1', {}],
  ])('for %s are answered %i', async (_, status, env, from, headers) => {
    const node = await startNode({ env })
    expect(await statuses(node, from, headers)).toEqual([status, status, status === 200 ? 204 : status])
  })
})

describe('the health', () => {
  it('is told to everybody', async () => {
    const { inject } = await startNode()
    for (const path of ['/health', '/health/live', '/health/ready'])
      expect(await inject({ path, from: AWAY })).toBe(200)
  })
})

describe('the page', () => {
  it('comes with a policy that lets in nothing from elsewhere', async () => {
    const { client } = await startNode()
    for (const [path, type] of [
      ['/', 'text/html'],
      ['/app.js', 'text/javascript'],
      ['/style.css', 'text/css'],
    ] as const) {
      const response = await fetch(client.url + path)
      expect([response.status, response.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`])
      expect(response.headers.get('content-security-policy')).toContain("default-src 'self'")
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })
})

/** Of all that is for operators. */
async function statuses({ inject }: ServiceNode, from: string, headers: Record<string, string>): Promise<number[]> {
  const read = ['/stats/cache', '/stats/pipeline'].map((path) => inject({ path, from, headers }))
  return Promise.all([...read, inject({ method: 'DELETE', path: `/analyses/${'0'.repeat(64)}`, from, headers })])
}
