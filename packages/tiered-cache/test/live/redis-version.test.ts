import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { TieredCache } from '@org/tiered-cache'
import { redisTier } from '@org/tiered-cache/redis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { MAGIC } from '../../src/redis/lease-header.ts'
import { ownRedis } from './own-redis.fixture.ts'

const PROGRAM = new URL('redis-version.node.ts', import.meta.url).pathname

/** Where the number of a format stands, and what another version of the package has there. */
const VERSIONS: readonly (readonly [what: string, file: string, text: string, other: string])[] = [
  ['the lease header', 'redis/lease-header.ts', `MAGIC = '${MAGIC}'`, "MAGIC = 'tc0'"],
  ['the envelope', 'codec/envelope-header.ts', 'const VERSION = ', 'const VERSION = 1 + '],
]

const redis = ownRedis()

describe.each(VERSIONS)('A node with another version of %s', { timeout: 20_000 }, (_, file, text, other) => {
  it('reads our records as misses and stores its own, which are misses to us', async () => {
    const { url, prefix } = redis
    const cache = new TieredCache({ tiers: [redisTier({ url, prefix, deadline: '5s' })] })
    const faults: unknown[] = []
    cache.on('fault', ({ error }) => faults.push(error))
    onTestFinished(() => cache.close())
    await expect(cache.set('ours', 'ours')).resolves.toEqual({ reached: true })
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, file, text, other, url, prefix])
    expect(JSON.parse(stdout)).toEqual({ loaded: 'theirs', stored: 'theirs', faults: [] })

    await expect(cache.get('ours')).resolves.toBeUndefined()
    await expect(cache.getOrSet('ours', () => 'ours again')).resolves.toBe('ours again')
    await expect(cache.get('ours')).resolves.toBe('ours again')
    expect(faults).toEqual([])
  })
})
