import { isDeepStrictEqual } from 'node:util'
import { crc32 } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Entry, makeEntry } from '../entry.ts'
import { UnstorableValueError } from '../errors.ts'
import { decodeRecord, encodeRecord } from './keyv-record.ts'

const entry: Entry = {
  value: { when: new Date(5), text: '\u{1f680} \ufffd caf\u00e9', list: [1, undefined] },
  storedAt: 1_700_000_000_000,
  staleAt: 1_700_000_060_000.5,
  expiresAt: Infinity,
  loadMs: 12.5,
  etag: 'W/"1"',
  stamps: [{ tag: 'news', expire: 'e1', delete: 'd1' }],
}
/** A record with a right checksum, whatever its body. */
const sealed = (body: string): string => `TC1${crc32(body).toString(16).padStart(8, '0')}${body}`
const withHeader = (...header: unknown[]): string => sealed(`${JSON.stringify(header)}\nJ1`)

describe('KeyvRecord', () => {
  it.each<[string, Entry]>([
    ['all fields', entry],
    ['no etag and no stamps', { ...entry, etag: undefined, stamps: [] }],
    ['a life without end', makeEntry('v', 0, Infinity, 0, 0)],
    ['a negative entry', makeEntry(undefined, 1, 2, 3, 4)],
    ['no life at all', makeEntry(null, 5, 0, 0, 0)],
    ['an empty etag', { ...entry, etag: '' }],
  ])('gives back an entry with %s', (_, stored) => {
    expect(decodeRecord('k', encodeRecord('k', stored))).toStrictEqual(stored)
  })

  it('keeps any key and any etag, and is one line after the header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (key, etag) => {
        const record = encodeRecord(key, { ...entry, etag })
        expect(record.split('\n')).toHaveLength(2)
        expect(decodeRecord(key, record)).toStrictEqual({ ...entry, etag })
      }),
    )
  })

  it('is well-formed text for lone surrogates in key and value', () => {
    const record = encodeRecord('\ud800', { ...entry, value: '\udc00' })
    expect(Buffer.from(record).toString()).toBe(record)
    expect(decodeRecord('\ud800', record)?.value).toBe('\udc00')
  })

  it('never gives the entry of another key', () => {
    expect(decodeRecord('b', encodeRecord('a', entry))).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['an object', { value: 1, expires: 2 }],
    ['bytes', Buffer.from(encodeRecord('k', entry))],
    ['no text', ''],
    ['foreign JSON', '{"value":1}'],
    ['only the mark', 'TC1'],
    ['a later version', encodeRecord('k', entry).replace('TC1', 'TC2')],
    ['a wrong checksum', `TC100000000${encodeRecord('k', entry).slice(11)}`],
    ['a header that is no array', sealed('{"0":"k"}\nJ1')],
    ['a header without a value', sealed(JSON.stringify(['k', 1, 2, 3, 0, null, []]))],
    ['a header that is too long', withHeader('k', 1, 2, 3, 0, null, [], 'more')],
    ['an instant that is missing', withHeader('k', null, 2, 3, 0, null, [])],
    ['an instant that is text', withHeader('k', 1, '2', 3, 0, null, [])],
    ['a life that ends before it is stale', withHeader('k', 1, 3, 2, 0, null, [])],
    ['a load that never ended', withHeader('k', 1, 2, 3, 'never', null, [])],
    ['an etag that is a number', withHeader('k', 1, 2, 3, 0, 4, [])],
    ['stamps that are none', withHeader('k', 1, 2, 3, 0, null, null)],
    ['a stamp of two parts', withHeader('k', 1, 2, 3, 0, null, [['tag', 'e']])],
    ['a character that became a lone surrogate', encodeRecord('k', entry).replace('\ufffd', '\ud800')],
    ['a value of an unknown mode', sealed('["k",1,2,3,0,null,[]]\nX1')],
    ['a value that is malformed', sealed('["k",1,2,3,0,null,[]]\nT[[0],["x"]]')],
  ])('reads a miss from %s', (_, text) => {
    expect(decodeRecord('k', text)).toBeUndefined()
  })

  it('names the key of what cannot be stored', () => {
    const unstorable = { ...entry, value: { load: Symbol('s') } }
    expect(() => encodeRecord('user:1', unstorable)).toThrow(UnstorableValueError)
    expect(() => encodeRecord('user:1', unstorable)).toThrow(
      'value of key "user:1" cannot be stored: $.load is a symbol',
    )
  })

  it('reads a miss, or the very entry, from 12 000 changed records', () => {
    const record = encodeRecord('k', entry)
    const other = encodeRecord('other', { ...entry, value: 'of another key' })
    const place = fc.nat(record.length)
    const change = fc.oneof(
      fc
        .tuple(place, fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }))
        .map(([at, put]) => splice(record, at, put.length, put)),
      fc.tuple(place, fc.nat(0xffff)).map(([at, code]) => splice(record, at, 1, String.fromCharCode(code))),
      place.map((at) => record.slice(0, at)),
      place.map((at) => record.slice(at)),
      fc.tuple(place, fc.nat(9)).map(([at, drop]) => splice(record, at, drop, '')),
      fc.tuple(place, place).map(([at, from]) => record.slice(0, at) + other.slice(from)),
      fc.constant(other),
      fc.string().map((body) => sealed(body)),
      fc.anything(),
    )
    fc.assert(
      fc.property(change, (changed) => {
        const read = decodeRecord('k', changed)
        expect(read === undefined || isDeepStrictEqual(read, entry)).toBe(true)
        if (changed !== record) expect(read).toBeUndefined()
      }),
      { numRuns: 12_000 },
    )
  })
})

function splice(text: string, at: number, drop: number, put: string): string {
  return text.slice(0, at) + put + text.slice(at + drop)
}
