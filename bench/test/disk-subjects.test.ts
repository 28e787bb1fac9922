import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Case, CASES } from '../src/disk/cases.ts'
import { type ContestantId, CONTESTANTS, subjectOf } from '../src/disk/contestants.ts'
import { measureJob } from '../src/disk/processes.ts'
import { keysOf, valuesOf } from '../src/disk/values.ts'
import { fill } from '../src/disk/writes.ts'

const FOLDER = mkdtempSync(join(tmpdir(), 'disk-bench-'))
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }))

const MiB = 1024 ** 2
const KEYS = keysOf(150)
const place = (name: string) => {
  const directory = join(FOLDER, name, 'store')
  mkdirSync(directory, { recursive: true })
  return { directory, maxBytes: 64 * MiB, segmentBytes: 4 * MiB }
}
const ids = Object.keys(CONTESTANTS) as ContestantId[]
const PATIENCE = { timeout: 60_000 }

// What is compared must be the same work: a contestant that loses values or answers from memory would look fast.
describe('the stores of the disk contest', PATIENCE, () => {
  it.each(ids)('%s gives back the very bytes of every key, the newest ones, and nothing for others', async (id) => {
    const store = await (await subjectOf(id, 'store'))(place(id))
    const values = valuesOf(2_000)
    await fill(store, KEYS, valuesOf(300))
    await fill(store, KEYS, values)
    for (const [number, key] of KEYS.entries()) {
      expect(Buffer.from((await store.get(key)) ?? []).equals(values(number)), key).toBe(true)
    }
    expect((await store.get('none')) ?? undefined).toBeUndefined()
    await store.close()
  })

  it.each(ids.filter((id) => id !== 'floor'))('%s has them when it is opened again', async (id) => {
    const where = place(`again-${id}`)
    const open = await subjectOf(id, 'store')
    const first = await open(where)
    const values = valuesOf(2_000)
    await fill(first, KEYS, values)
    await first.close()
    const store = await open(where)
    expect(Buffer.from((await store.get(KEYS[7] as string)) ?? []).equals(values(7))).toBe(true)
    await store.close()
  })
})

describe('valuesOf', () => {
  it('makes a value of its own for each number, of one length, that differs from the others in every block', () => {
    const values = valuesOf(10_240)
    const [one, other] = [values(1), values(1_001)]
    expect([one.length, other.length]).toEqual([10_240, 10_240])
    for (let at = 0; at + 512 <= one.length; at += 512) {
      expect(Buffer.compare(one.subarray(at, at + 512), other.subarray(at, at + 512))).not.toBe(0)
    }
    expect(() => valuesOf(10)).toThrow('bytes must be at least 180, got 10')
  })
})

describe('measureJob', PATIENCE, () => {
  const { signal } = new AbortController()
  const plan = { warmUpMs: 1, measureMs: 1 }
  // The largest of each kind is the last one.
  const kinds = new Map((CASES as readonly Case[]).map((one) => [one.kind, one]))
  const small = [...kinds.values()].map((one) => ({
    ...one,
    keys: Math.min(one.keys, 200),
    bytes: Math.min(one.bytes, 20_000),
  }))

  it.each(small)('$id: answers what the process measured, and leaves nothing behind', async (one) => {
    const answer = await measureJob({ case: one, contestant: 'ours', plan }, FOLDER, signal)
    expect(answer).toMatchObject({ sample: { cpuNs: expect.any(Number), wallNs: expect.any(Number) } })
    expect(readdirSync(FOLDER).filter((name) => name.startsWith('store-'))).toEqual([])
  })
})
