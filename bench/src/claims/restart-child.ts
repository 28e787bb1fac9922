// Started by restart.ts as a process of its own: a restart that only made a new cache would prove less.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memoryTier, TieredCache } from '@org/tiered-cache'
import { openDiskTier } from '../contestants/disk.ts'
import type { AfterRestart } from './restart.ts'

const KEY = 'analysis:kept'
const [folder = '', phase] = process.argv.slice(2)

const madeAt = performance.now()
const cache = new TieredCache({ tiers: [memoryTier(), openDiskTier('kept', { folder })] })
await cache.ready()
const openMs = performance.now() - madeAt
const answer = phase === 'store' ? await store() : await read()
await cache.close()
process.send?.(answer, () => process.disconnect())

async function store(): Promise<AfterRestart> {
  await cache.set(KEY, JSON.parse(readFileSync(join(folder, 'payload.json'), 'utf8')))
  return { openMs, memoryEntries: 1, tiers: [], readMs: [] }
}

async function read(): Promise<AfterRestart> {
  const tiers: string[] = []
  const readMs: number[] = []
  cache.on('hit', ({ tier }) => tiers.push(tier))
  const memoryEntries = cache.stats().tiers['memory']?.entries ?? 0
  for (let reads = 0; reads < 2; reads++) {
    const begin = performance.now()
    await cache.get(KEY)
    readMs.push(performance.now() - begin)
    await cache.idle()
  }
  return { openMs, memoryEntries, tiers, readMs }
}
