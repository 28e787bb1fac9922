import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import type { BusMessage } from '../tiers/bus.ts'
import { bodiesOf, HELLO, parseBody } from './message-body.ts'

const SEED = testSeed()

function deleting(keys: readonly string[]): BusMessage {
  return { origin: 'o', action: 'delete', keys }
}

describe('message bodies', () => {
  it(`keep every key, in order, in parts that are bounded (TEST_SEED=${SEED})`, () => {
    const random = seededRandom(SEED)
    for (let round = 0; round < 200; round++) {
      const text = (): string => 'ä"\u0000\ud800'.repeat(random.int(0, random.chance(0.05) ? 10_000 : 20))
      const texts = Array.from({ length: random.int(0, 3_000) >> random.int(0, 10) }, text)
      const message = deleting(texts)
      const parts = bodiesOf(message).map((body) => parseBody(body) as BusMessage)
      const held = parts.map((part) => (part.action === 'delete' ? part.keys : []))
      expect(held.flat()).toEqual(texts)
      for (const part of parts) expect(part).toMatchObject({ origin: message.origin, action: message.action })
      for (const each of held) {
        expect(each.length).toBeLessThanOrEqual(1_000)
        if (each.length > 1) expect(each.join('').length).toBeLessThanOrEqual(32_768)
      }
    }
  })

  it('keeps a message without keys as one', () => {
    expect(bodiesOf(deleting([])).map(parseBody)).toEqual([deleting([])])
  })

  it('gives a key that is longer than a part may be a body of its own', () => {
    const long = 'x'.repeat(100_000)
    const parts = bodiesOf(deleting(['a', long, 'b'])).map(parseBody)
    expect(parts).toEqual([deleting(['a']), deleting([long]), deleting(['b'])])
  })

  it('reads a hello', () => {
    expect(parseBody(HELLO)).toBe('hello')
  })

  it.each([
    '',
    'x',
    'null',
    '1',
    '[]',
    '{}',
    '{"a":"delete"}',
    '{"o":"o","a":"delete"}',
    '{"o":"o","a":"delete","k":"key"}',
    '{"o":"o","a":"delete","k":["key",1]}',
    '{"o":7,"a":"delete","k":["key"]}',
    '{"a":"delete","k":["key"]}',
    '{"o":"o","a":"future","k":["key"]}',
    '{"o":"o","a":"delete","k":["key"]',
  ])('does not know what %j invalidates', (body) => {
    expect(parseBody(body)).toBeUndefined()
  })
})
