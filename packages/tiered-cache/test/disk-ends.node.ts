// A process that has nothing to do but to wait for a tier, and says on its stdout how far it came.
import { DatabaseSync } from 'node:sqlite'
import { TieredCache } from '@org/tiered-cache'
import { diskTier } from '../src/disk/disk-tier.ts'
import { lockWithin, tryLock } from '../src/disk/kernel-lock.ts'
import { sqliteTier } from '../src/disk/sqlite-tier.ts'
import { makeEntry } from '../src/entry.ts'

const [act = '', path = ''] = process.argv.slice(2)
const HELD_MS = 50
const PAUSE_MS = 1
const HOUR_MS = 3_600_000

/** Releases what is held after a while, which keeps no process alive. */
function later(release: () => void): void {
  setTimeout(release, HELD_MS).unref()
}

/** Resolves in the middle of the next pause of a recovery. */
function nextPause(): Promise<void> {
  const real = globalThis.setTimeout
  return new Promise((resolve) => {
    globalThis.setTimeout = ((run: () => void, ms: number) => {
      const timer = real(run, ms)
      if (ms === PAUSE_MS) resolve()
      return timer
    }) as typeof setTimeout
  })
}

function holdDatabase(): void {
  const database = new DatabaseSync(path)
  database.exec('BEGIN IMMEDIATE')
  later(() => database.close())
}

async function recover(isAwaited: boolean): Promise<void> {
  const tier = diskTier({ directory: path, segmentBytes: '256kb', deadline: Infinity })
  process.on('exit', () => process.stdout.write(`${tier.measure?.().entries}`))
  const cache = new TieredCache({ tiers: [tier] })
  if (isAwaited) await cache.ready()
}

const ACTS: Readonly<Record<string, () => Promise<void>>> = {
  lock: async () => {
    const held = tryLock(path)
    later(() => held?.release())
    ;(await lockWithin(path, 10_000)).release()
    process.stdout.write('done')
  },
  'sqlite open': async () => {
    holdDatabase()
    await sqliteTier({ file: path }).open?.()
    process.stdout.write('done')
  },
  'sqlite write': async () => {
    const tier = sqliteTier({ file: path })
    await tier.open?.()
    holdDatabase()
    await tier.set('key', makeEntry(1, Date.now(), HOUR_MS, 0, 0))
    process.stdout.write('done')
  },
  'disk open': () => recover(false),
  'disk ready': () => recover(true),
  'disk close': async () => {
    const tier = diskTier({ directory: path, segmentBytes: '256kb' })
    const isPaused = nextPause()
    void tier.open?.()
    await isPaused
    await tier.close?.()
    process.stdout.write('done')
  },
}

await ACTS[act]?.()
