import { describe, expect, it } from 'vitest'
import type { Codec } from './codec.ts'
import { jsonCodec } from './json.ts'
import { knownCodecs } from './known-codecs.ts'
import { structuredCodec } from './structured.ts'

const own = (id: number): Codec => ({ ...jsonCodec, id, name: 'own' })

describe('KnownCodecs', () => {
  it('are those of this package and the one that is given', () => {
    expect([...knownCodecs(structuredCodec).values()]).toStrictEqual([structuredCodec, jsonCodec])
    expect([...knownCodecs(jsonCodec).keys()]).toStrictEqual([1, 2])
    expect([...knownCodecs(own(128)).keys()]).toStrictEqual([1, 2, 128])
  })

  it.each([0, 1, 2, 127, 256, 128.5, Number.NaN, '200'])('refuse the id %s', (id) => {
    expect(() => knownCodecs(own(id as number))).toThrow(
      new RangeError(`codec.id must be a whole number from 128 to 255, got ${id} (${typeof id})`),
    )
  })

  it.each<[string, unknown]>([
    ['undefined (undefined)', undefined],
    ['null', null],
    ['json (string)', 'json'],
    ['an object', { id: 128, name: 'half', encode: () => Buffer.alloc(0) }],
  ])('refuse what is no codec: %s', (shown, codec) => {
    expect(() => knownCodecs(codec as Codec)).toThrow(
      new TypeError(`codec must be an object with id, name, encode and decode, got ${shown}`),
    )
  })
})
