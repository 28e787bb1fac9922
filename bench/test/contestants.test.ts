import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import type { Contestant, Ground, RedisPlace } from '../src/contestants/contestant.ts'
import { openDisk } from '../src/contestants/disk.ts'
import { openFilePerKey } from '../src/contestants/file-per-key.ts'
import { openKeyvFile } from '../src/contestants/keyv-file.ts'
import { openKeyvRedis } from '../src/contestants/keyv-redis.ts'
import { openMemory } from '../src/contestants/memory.ts'
import { openRedis } from '../src/contestants/redis.ts'
import { openStack } from '../src/contestants/stack.ts'
import { withNamespace } from '../src/redis/namespace.ts'

type Open = (ground: Ground) => Promise<Contestant>

const VALUES = ['text', '', 42, 0, [1, 'two', null], true, false, null]

describe('the contestants', () => {
  // A contestant compares what it gives back when it is filled, and each cell stops where a stored key is not found.
  it.each<[string, Open]>([
    ['memory', openMemory],
    ['redisTier', openRedis],
    ['@keyv/redis', openKeyvRedis],
    ['diskTier', openDisk],
    ['keyv-file', openKeyvFile],
    ['file per key', openFilePerKey],
    ['the stack', (ground) => openStack(['memory', 'redis', 'disk'], ground)],
  ])('%s keeps a value of any JSON', async (_, open) => {
    const faults = await Promise.all(VALUES.map((value) => runOnce(open, value)))
    expect(faults).toEqual(VALUES.map(() => 0))
  })
})

/** Takes one sample of each cell; answers how many operations failed. */
function runOnce(open: Open, value: unknown): Promise<number> {
  const url = inject('redisUrl')
  return withNamespace(url, (namespace) => runOver({ url, namespace }, open, value))
}

async function runOver(redis: RedisPlace, open: Open, value: unknown): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-value-'))
  try {
    // So many bytes are told that few keys are stored.
    const payload = { label: 'small', bytes: 4 * 1024 ** 2, value, origin: 'own' as const }
    const contestant = await open({ payload, folder, redis })
    for (const cell of contestant.cells) {
      await cell.prepare?.()
      await cell.sample()
    }
    return (await contestant.close()).count
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
