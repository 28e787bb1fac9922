import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Analysis } from '../src/analysis.ts'
import { makePayload, readPayload } from '../src/payload.ts'
import { UsageError } from '../src/usage-error.ts'

describe('makePayload', () => {
  it.each([180, 200, 1_000, 10 * 1024, 100 * 1024, 5 * 1024 ** 2])('makes %i bytes within 5 %', (bytes) => {
    const payload = makePayload(bytes)
    expect(Buffer.byteLength(JSON.stringify(payload.value))).toBe(payload.bytes)
    expect(Math.abs(payload.bytes - bytes) / bytes).toBeLessThan(0.05)
  })

  it('makes the same value each time', () => {
    expect(makePayload(10 * 1024)).toEqual(makePayload(10 * 1024))
  })

  it('holds mostly measurements of the voice, and words in the order they were spoken', () => {
    const analysis = makePayload(100 * 1024).value as Analysis
    expect(analysis.pitchHz.length).toBeGreaterThan(5_000)
    expect(analysis.words.length).toBeGreaterThan(100)
    expect(analysis.feedback.length).toBeLessThan(5_000)
    expect(analysis.words.map((word) => word.startMs)).toEqual(
      analysis.words.map((word) => word.startMs).toSorted((a, b) => a - b),
    )
  })

  it('refuses sizes that hold no analysis', () => {
    expect(() => makePayload(50)).toThrow(/--size must be at least 180b/)
  })
})

describe('readPayload', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-payload-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const written = (name: string, text: string): string => {
    const file = join(folder, name)
    writeFileSync(file, text)
    return file
  }

  it('measures the value, not the white space of its file', () => {
    expect(readPayload(written('good.json', '{\n  "a": "ü"\n}\n'))).toEqual({
      label: '10 B',
      bytes: 10,
      value: { a: 'ü' },
      origin: 'own',
    })
  })

  it.each(['"text"', '""', '42', '0', '[1,[2]]', '[]', 'true', 'false', 'null', '{}'])('takes %s', (text) => {
    expect(readPayload(written('any.json', text))).toEqual({
      label: `${text.length} B`,
      bytes: text.length,
      value: JSON.parse(text),
      origin: 'own',
    })
  })

  it('measures what JSON.stringify writes of a number', () => {
    expect(readPayload(written('numbers.json', '[-0, 1e400]')).value).toStrictEqual([0, null])
  })

  it('refuses what is not there or is not JSON', () => {
    for (const file of [join(folder, 'absent.json'), folder, written('bad.json', '{'), written('empty.json', '')]) {
      expect(() => readPayload(file)).toThrow(UsageError)
      expect(() => readPayload(file)).toThrow(`--payload ${file}: `)
    }
  })
})
