import { renameSync, rmSync } from 'node:fs'
import { type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import type { DiskTier } from '../src/disk/disk-tier.ts'
import type { DiskTierOptions } from '../src/disk/disk-tier-options.ts'
import {
  bytesIn,
  CLEAN,
  copyOf,
  entryOf,
  FRESH,
  KILLED,
  openIn,
  plainDirectory,
  type Report,
  tierIn,
} from './plain-directory.fixture.ts'

const seed = testSeed()
const KEYS = 60
const GONE = 'gone'

/** What may be found under a key: what was acknowledged last, or what was begun after it. */
class Ledger {
  readonly #acknowledged = new Map<string, string>()
  readonly #begun = new Map<string, string[]>()

  begin(key: string, value: string): void {
    this.#begun.set(key, [...(this.#begun.get(key) ?? []), value])
  }

  acknowledge(key: string, value: string): void {
    this.#acknowledged.set(key, value)
    const begun = this.#begun.get(key) ?? []
    this.#begun.set(key, begun.slice(begun.indexOf(value) + 1))
  }

  /** Nothing is under way: what is there is what was acknowledged. */
  settle(): void {
    this.#begun.clear()
  }

  clear(): void {
    this.#acknowledged.clear()
  }

  check(key: string, found: unknown, mayMiss: boolean): void {
    const allowed = [this.#acknowledged.get(key) ?? GONE, ...(this.#begun.get(key) ?? [])]
    if (mayMiss) allowed.push(GONE)
    expect(allowed).toContain(found)
  }
}

describe('DiskTier', () => {
  const runs: readonly (readonly [string, Partial<DiskTierOptions>, boolean])[] = [
    ['in small segments', { segmentBytes: '4kb', maxBytes: '64mb' }, false],
    ['in one segment', { segmentBytes: '1mb', maxBytes: '64mb' }, false],
    ['at its bound', { segmentBytes: '16kb', maxBytes: '1mb' }, true],
    ['durable', { segmentBytes: '16kb', maxBytes: '64mb', durable: true }, false],
  ]
  for (const [how, options, mayMiss] of runs) {
    it(`does what a Map does, ${how}, closed, killed and opened again at any moment (seed ${seed})`, async () => {
      const random = seededRandom(seed)
      const ledger = new Ledger()
      let path = plainDirectory()
      let tier = await openIn(path, FRESH, options)
      for (let life = 0; life < 15; life++) {
        for (let round = random.int(1, 20); round > 0; round--) await someOperations(tier, ledger, random, mayMiss)
        expect(bytesIn(path)).toBeLessThanOrEqual(tier.measure().maxWeight)
        const isKilled = random.chance(0.5)
        const last = isKilled ? await killed(tier, path, ledger, random) : await closed(tier, path)
        if (isKilled) path = last
        tier = await openIn(path, isKilled ? KILLED : CLEAN, options)
        await checkAll(tier, ledger, mayMiss)
        await resettle(tier, ledger)
      }
      await tier.close()
      rmSync(path, { recursive: true })
    }, 60_000)
  }

  it(`takes writes and deletes while it recovers, and they win (seed ${seed})`, async () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 8; round++) {
      const path = plainDirectory()
      const report: Report = random.chance(0.5) ? CLEAN : KILLED
      await fill(path, 400, report === CLEAN)
      const tier = opening(path, report)
      const [written, deleted] = [`key:${random.int(0, 199)}`, `key:${random.int(200, 399)}`]
      const acts = [tier.set(written, entryOf('new')), tier.delete(deleted)]
      expect((await tier.get(deleted))?.value).toBeUndefined()
      await Promise.all(acts)
      await tier.open()
      expect((await tier.get(written))?.value).toBe('new')
      expect(await tier.get(deleted)).toBeUndefined()
      const other = random.int(0, 399)
      if (![written, deleted].includes(`key:${other}`))
        expect((await tier.get(`key:${other}`))?.value).toBe(`value:${other}`)
      await tier.close()
      const again = await openIn(path, CLEAN)
      expect((await again.get(written))?.value).toBe('new')
      expect(await again.get(deleted)).toBeUndefined()
      await again.close()
      rmSync(path, { recursive: true })
    }
  })

  it('holds nothing of before after it was cleared while it recovered', async () => {
    const path = plainDirectory()
    await fill(path, 1_000, true)
    const tier = opening(path, CLEAN)
    const cleared = tier.clear()
    await tier.set('after', entryOf(1))
    await cleared
    await tier.open()
    for (let index = 0; index < 1_000; index++) expect(await tier.get(`key:${index}`)).toBeUndefined()
    expect((await tier.get('after'))?.value).toBe(1)
    await tier.close()
    const again = await openIn(path, CLEAN)
    expect(await again.get('key:5')).toBeUndefined()
    expect((await again.get('after'))?.value).toBe(1)
    await again.close()
    rmSync(path, { recursive: true })
  })
})

async function someOperations(tier: DiskTier, ledger: Ledger, random: Random, mayMiss: boolean): Promise<void> {
  const done: Promise<void>[] = []
  const touched = new Set<string>()
  for (let count = random.int(1, 30); count > 0; count--) {
    const key = `key:${random.int(0, KEYS - 1)}`
    const action = random.next()
    if (action < 0.02 && touched.size === 0) {
      await tier.clear()
      ledger.clear()
    } else if (action < 0.25) {
      const found = await tier.get(key)
      if (!touched.has(key)) ledger.check(key, found?.value === undefined ? GONE : short(found.value), mayMiss)
    } else if (!touched.has(key)) {
      touched.add(key)
      done.push(write(tier, ledger, random, key))
    }
  }
  await Promise.all(done)
}

async function write(tier: DiskTier, ledger: Ledger, random: Random, key: string): Promise<void> {
  const isDelete = random.chance(0.3)
  const value = isDelete ? GONE : `${random.int(0, 1e9)}`
  ledger.begin(key, value)
  const size = random.chance(0.02) ? random.int(1, 60_000) : random.int(1, 600)
  await (isDelete ? tier.delete(key) : tier.set(key, entryOf(`${value}|${'x'.repeat(size)}`)))
  ledger.acknowledge(key, value)
}

/** The files at some moment while writes are under way; the tier itself lives on unseen, and is closed. */
async function killed(tier: DiskTier, path: string, ledger: Ledger, random: Random): Promise<string> {
  const pending: Promise<void>[] = []
  for (let key = 0; key < KEYS; key += random.int(1, 10))
    pending.push(write(tier, new LateLedger(ledger), random, `key:${key}`))
  for (let turns = random.int(0, 6); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve))
  const copy = copyOf(path)
  LateLedger.isDead = true
  await Promise.all(pending)
  LateLedger.isDead = false
  await tier.close()
  rmSync(path, { recursive: true })
  return copy
}

/** Acknowledgements that come after the death do not count. */
class LateLedger extends Ledger {
  static isDead = false
  readonly #ledger: Ledger

  constructor(ledger: Ledger) {
    super()
    this.#ledger = ledger
  }

  override begin(key: string, value: string): void {
    this.#ledger.begin(key, value)
  }

  override acknowledge(key: string, value: string): void {
    if (!LateLedger.isDead) this.#ledger.acknowledge(key, value)
  }
}

async function closed(tier: DiskTier, path: string): Promise<string> {
  await tier.close()
  return path
}

async function checkAll(tier: DiskTier, ledger: Ledger, mayMiss: boolean): Promise<void> {
  for (let index = 0; index < KEYS; index++) {
    const found = await tier.get(`key:${index}`)
    ledger.check(`key:${index}`, found === undefined ? GONE : short(found.value), mayMiss)
  }
}

/** From now on the model has what was found, of writes that nobody acknowledged. */
async function resettle(tier: DiskTier, ledger: Ledger): Promise<void> {
  ledger.clear()
  for (let index = 0; index < KEYS; index++) {
    const found = await tier.get(`key:${index}`)
    if (found !== undefined) ledger.acknowledge(`key:${index}`, short(found.value))
  }
  ledger.settle()
}

function short(value: unknown): string {
  return String(value).split('|')[0] as string
}

async function fill(path: string, count: number, isClosed: boolean): Promise<void> {
  const tier = await openIn(path, FRESH, { segmentBytes: '4kb', maxBytes: '64mb' })
  for (let index = 0; index < count; index++) {
    await Promise.all([tier.set(`key:${index}`, entryOf('old')), tier.set(`key:${index}`, entryOf(`value:${index}`))])
  }
  if (isClosed) return tier.close()
  const copy = copyOf(path)
  await tier.close()
  rmSync(path, { recursive: true })
  renameSync(copy, path)
}

/** Opening, and not yet open. */
function opening(path: string, report: Report): DiskTier {
  const tier = tierIn(path, report, { segmentBytes: '4kb', maxBytes: '64mb' })
  void tier.open()
  return tier
}
