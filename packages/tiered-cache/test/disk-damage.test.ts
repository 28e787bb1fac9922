import {
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { type Random, seededRandom, testSeed } from '@org/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CLEAN,
  copyOf,
  entryOf,
  filesIn,
  FRESH,
  KILLED,
  openIn,
  plainDirectory,
  POWER_LOST,
  POWER_LOST_SYNCED,
  type Report,
  tierIn,
} from './plain-directory.fixture.ts'

const seed = testSeed()
const KEYS = 80
const ROUNDS = 12
const OPTIONS = { segmentBytes: '4kb', maxBytes: '16mb' } as const
const latest = new Map<string, unknown>()
let clean: string
let killed: string

type Damage = (file: string, random: Random, path: string) => void

const DAMAGES: Readonly<Record<string, Damage>> = {
  'a flipped bit': (file, random) =>
    changed(file, (bytes) => {
      const at = random.int(0, bytes.length - 1)
      bytes[at] = (bytes[at] as number) ^ (1 << random.int(0, 7))
    }),
  'a block of zeros': (file, random) =>
    changed(file, (bytes) => {
      const at = random.int(0, bytes.length - 1)
      bytes.fill(0, at, Math.min(at + random.int(1, 600), bytes.length))
    }),
  'a block of noise': (file, random) =>
    changed(file, (bytes) => {
      const at = random.int(0, bytes.length - 1)
      for (let next = at; next < Math.min(at + random.int(1, 600), bytes.length); next++)
        bytes[next] = random.int(0, 255)
    }),
  'two blocks swapped': (file, random) =>
    changed(file, (bytes) => {
      const size = Math.min(512, bytes.length >> 1)
      const [one, other] = [random.int(0, bytes.length - size), random.int(0, bytes.length - size)]
      const kept = Buffer.from(bytes.subarray(one, one + size))
      bytes.copyWithin(one, other, other + size)
      kept.copy(bytes, other)
    }),
  'nothing but zeros': (file) => changed(file, (bytes) => bytes.fill(0)),
  'a cut end': (file, random) => truncateSync(file, random.int(0, readFileSync(file).length)),
  'a longer end': (file, random) =>
    writeFileSync(file, Buffer.alloc(random.int(1, 300), random.int(0, 255)), { flag: 'a' }),
  'the bytes of another': (file, random, path) => copyFileSync(random.pick(filesIn(path, ending(file))), file),
  'the place of another': (file, random, path) => {
    const other = random.pick(filesIn(path, ending(file)))
    renameSync(other, `${other}.x`)
    if (other !== file) renameSync(file, other)
    renameSync(`${other}.x`, file)
  },
  'no file at all': (file) => unlinkSync(file),
}

beforeAll(async () => {
  const random = seededRandom(seed)
  clean = plainDirectory()
  const tier = await openIn(clean, FRESH, OPTIONS)
  for (let round = 0; round < 250; round++) {
    const key = `key:${random.int(0, KEYS - 1)}`
    if (random.chance(0.3)) {
      await tier.delete(key)
      latest.delete(key)
    } else {
      const value = [round, 'x'.repeat(random.int(0, 400))]
      await tier.set(key, entryOf(value))
      latest.set(key, value)
    }
  }
  // Room for what tests append to the newest segment.
  while (statSync(filesIn(clean, '.seg').at(-1) as string).size > 2_000) {
    await tier.set('key:0', entryOf('y'.repeat(300)))
    latest.set('key:0', 'y'.repeat(300))
  }
  killed = copyOf(clean)
  await tier.close()
})

afterAll(() => {
  for (const path of [clean, killed]) rmSync(path, { recursive: true })
})

describe('a damaged directory of a DiskTier', () => {
  it('has everything where there is no damage', async () => {
    for (const [path, report, durable] of [
      [clean, CLEAN, false],
      [killed, KILLED, false],
      [killed, POWER_LOST_SYNCED, true],
    ] as const) {
      const found = await foundIn(copyOf(path), report, durable)
      expect(found.hits).toBe(latest.size)
    }
  })

  for (const [name, damage] of Object.entries(DAMAGES)) {
    it(`gives the latest value or none, after a close, with ${name} in a segment or hint (seed ${seed})`, async () => {
      const random = seededRandom(seed)
      let hits = 0
      for (let round = 0; round < ROUNDS; round++) {
        const path = copyOf(clean)
        damage(random.pick([...filesIn(path, '.seg'), ...filesIn(path, '.hint')]), random, path)
        if (random.chance(0.3)) for (const hint of filesIn(path, '.hint')) unlinkSync(hint)
        hits += (await foundIn(path, CLEAN, false)).hits
      }
      expect(hits).toBeGreaterThan(0)
    }, 60_000)

    // What a kill leaves of the last segment cannot be told from what a cut leaves.
    if (name === 'a cut end') continue
    it(`gives the latest value or none, after a kill, with ${name} in a segment or hint (seed ${seed})`, async () => {
      const random = seededRandom(seed)
      for (let round = 0; round < ROUNDS; round++) {
        const path = copyOf(killed)
        damage(random.pick([...filesIn(path, '.seg'), ...filesIn(path, '.hint')]), random, path)
        await foundIn(path, KILLED, false)
      }
    }, 60_000)
  }

  it('gives the latest value or none, after a close, wherever its last segment without a hint is cut', async () => {
    const length = readFileSync(filesIn(clean, '.seg').at(-1) as string).length
    for (let cut = 0; cut < length; cut += 16) {
      const path = copyOf(clean)
      unlinkSync(filesIn(path, '.hint').at(-1) as string)
      truncateSync(filesIn(path, '.seg').at(-1) as string, cut)
      await foundIn(path, CLEAN, false)
    }
    // Every frame of tombstones begins and ends where one could be cut off unseen.
    const path = copyOf(clean)
    const tier = await openIn(path, CLEAN, OPTIONS)
    for (const key of latest.keys()) await tier.delete(key)
    await tier.close()
    const last = filesIn(path, '.seg').at(-1) as string
    unlinkSync(filesIn(path, '.hint').at(-1) as string)
    for (let cut = readFileSync(last).length - 16; cut >= 32; cut -= 16) {
      const copy = copyOf(path)
      truncateSync(filesIn(copy, '.seg').at(-1) as string, cut)
      const again = await openIn(copy, CLEAN, OPTIONS)
      for (const key of latest.keys()) expect(await again.get(key)).toBeUndefined()
      await again.close()
      rmSync(copy, { recursive: true })
    }
    rmSync(path, { recursive: true })
  }, 30_000)

  it.each(['removed', 'removed with its hint', 'as it was before', 'of another time'] as const)(
    'is empty after a close where its newest segment is %s',
    async (fate) => {
      const path = copyOf(clean)
      const [file, hint] = [filesIn(path, '.seg').at(-1) as string, filesIn(path, '.hint').at(-1) as string]
      if (fate.startsWith('removed')) unlinkSync(file)
      if (fate === 'removed with its hint') unlinkSync(hint)
      if (fate === 'as it was before') {
        const tier = await openIn(path, CLEAN, OPTIONS)
        await tier.delete('key:0')
        await tier.close()
        unlinkSync(filesIn(path, '.seg').at(-1) as string)
        unlinkSync(filesIn(path, '.hint').at(-1) as string)
      }
      if (fate === 'of another time') {
        const other = copyOf(path)
        unlinkSync(filesIn(other, '.seg').at(-1) as string)
        unlinkSync(filesIn(other, '.hint').at(-1) as string)
        const tier = await openIn(other, KILLED, OPTIONS)
        await tier.set('new', entryOf(1))
        await tier.close()
        copyFileSync(filesIn(other, '.seg').at(-1) as string, file)
        copyFileSync(filesIn(other, '.hint').at(-1) as string, hint)
        rmSync(other, { recursive: true })
      }
      expect((await foundIn(path, CLEAN, false)).hits).toBe(0)
    },
  )

  it.each([false, true])(
    'is empty after a loss of power, unless its last owner was durable, whatever this one is (durable: %s)',
    async (durable) => {
      expect((await foundIn(copyOf(killed), POWER_LOST, durable)).hits).toBe(0)
      expect((await foundIn(copyOf(killed), POWER_LOST_SYNCED, durable)).hits).toBe(latest.size)
    },
  )

  it('keeps, of a durable log, what was acknowledged before the garbage that a loss of power left', async () => {
    const path = copyOf(killed)
    writeFileSync(filesIn(path, '.seg').at(-1) as string, Buffer.alloc(3_000, 0), { flag: 'a' })
    const found = await foundIn(path, POWER_LOST_SYNCED, true)
    expect(found.hits).toBe(latest.size)
  })

  it.each([0, 1, 5, 15, 16, 17, 100])(
    'goes on behind the %d bytes of a frame that was cut by a kill',
    async (length) => {
      const path = copyOf(killed)
      const active = filesIn(path, '.seg').at(-1) as string
      const other = copyOf(path)
      const tier = await openIn(other, KILLED, OPTIONS)
      const before = readFileSync(filesIn(other, '.seg').at(-1) as string).length
      await tier.set('torn', entryOf('x'.repeat(200)))
      const torn = readFileSync(`${other}/${active.split('/').at(-1)}`)
      await tier.close()
      rmSync(other, { recursive: true })
      writeFileSync(active, torn.subarray(before, before + length), { flag: 'a' })
      const again = await openIn(path, KILLED, OPTIONS)
      expect(await again.get('torn')).toBeUndefined()
      await again.set('next', entryOf('after'))
      await again.close()
      const last = await openIn(path, CLEAN, OPTIONS)
      expect((await last.get('next'))?.value).toBe('after')
      for (const [key, value] of latest) expect((await last.get(key))?.value).toEqual(value)
      await last.close()
      rmSync(path, { recursive: true })
    },
  )

  it('sets a damaged segment aside once, and keeps one such file', async () => {
    const path = copyOf(clean)
    for (let round = 0; round < 3; round++) {
      const file = filesIn(path, '.seg').at(-1) as string
      changed(file, (bytes) => bytes.fill(1, 0, 32))
      const warnings: string[] = []
      const tier = tierIn(path, CLEAN, OPTIONS)
      tier.onWarning((message) => warnings.push(message))
      await tier.open()
      expect(warnings).toEqual([expect.stringContaining('is damaged or foreign: it was set aside')])
      await tier.set('key', entryOf(round))
      await tier.close()
      expect(filesIn(path, '.bad')).toEqual([`${file}.bad`])
      expect(filesIn(path, '.seg').length).toBe(1)
    }
    rmSync(path, { recursive: true })
  })

  it('is not emptied by a segment file that is none of its own', async () => {
    const path = copyOf(clean)
    const newest = Number.parseInt(filesIn(path, '.seg').at(-1)?.split('/').at(-1) as string, 10)
    writeFileSync(`${path}/${newest + 10}.seg`, 'something else')
    writeFileSync(`${path}/notes.txt`, 'of the user')
    const found = await foundIn(path, CLEAN, false, false)
    expect(found.hits).toBe(latest.size)
    expect(filesIn(path, '.txt').length).toBe(1)
    expect(filesIn(path, '.bad').length).toBe(1)
    rmSync(path, { recursive: true })
  })
})

/** Reads all, writes one and reads it, closes, and reads all again. */
async function foundIn(
  path: string,
  report: Report,
  durable: boolean,
  isLast = true,
): Promise<{ readonly hits: number }> {
  const options = { ...OPTIONS, durable }
  const tier = await openIn(path, report, options)
  const hits = await hitsOf(tier)
  expect(await hitsOf(tier)).toBe(hits)
  await tier.set('later', entryOf('later'))
  expect((await tier.get('later'))?.value).toBe('later')
  await tier.close()
  const again = await openIn(path, CLEAN, options)
  expect(await hitsOf(again)).toBe(hits)
  expect((await again.get('later'))?.value).toBe('later')
  await again.close()
  if (isLast) rmSync(path, { recursive: true })
  return { hits }
}

async function hitsOf(tier: Awaited<ReturnType<typeof openIn>>): Promise<number> {
  let hits = 0
  for (let index = 0; index < KEYS; index++) {
    const found = await tier.get(`key:${index}`)
    if (found === undefined) continue
    expect(found.value).toEqual(latest.get(`key:${index}`))
    hits++
  }
  return hits
}

function changed(file: string, change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(file)
  change(bytes)
  writeFileSync(file, bytes)
}

function ending(file: string): string {
  return file.slice(file.lastIndexOf('.'))
}
