import { types } from 'node:util'
import { seededRandom, testSeed } from '@org/testkit'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeError, errorText } from '../src/encoder/error-value.ts'
import { escapeText, quote, textValue } from '../src/encoder/quote.ts'
import { encodeValue } from '../src/encoder/value.ts'
import { createRedactor } from '../src/redact.ts'
import { Hostile, PATTERN, PATTERN_NUMBER, SECRETS } from './values.hostile.ts'
import { strictParse } from './values.strict-json.ts'

Error.stackTraceLimit = 3

const seed = testSeed()

/** Marks, keys and closing brackets that are written when the room is used up. */
const SLACK = 2048

// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]/u

const redactor = createRedactor({ paths: ['planted.*.here', 'list[1].at'], patterns: [PATTERN] })
const ALL_SECRETS: readonly string[] = [...Object.values(SECRETS), String(PATTERN_NUMBER)]

/** Without paths and patterns the encoder goes a shorter way. */
const keysOnly = createRedactor(undefined)

/** A value with secrets planted on the paths, and something hostile beside them. */
function planted(hostile: Hostile): object {
  const here = { here: hostile.random.pick([SECRETS.byPath, [SECRETS.byPath], { deep: SECRETS.byPath }]) }
  return { planted: { any: here, more: { ...here } }, list: [0, { at: SECRETS.byPath }], hostile: hostile.value() }
}

function expectClean(text: string, where: string, secrets = ALL_SECRETS): void {
  const forbidden = FORBIDDEN.exec(text)
  if (forbidden !== null)
    throw new Error(`${where}: U+${forbidden[0].charCodeAt(0).toString(16)} in ${text.slice(0, 500)}`)
  for (const secret of secrets) {
    if (text.includes(secret)) throw new Error(`${where}: ${secret} in ${text.slice(0, 2000)}`)
  }
}

describe('encodeValue', () => {
  it(`makes JSON of 80 000 hostile values, clean, within the room, without their secrets (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    for (let run = 0; run < 80_000; run++) {
      const hostile = new Hostile(random)
      const value = planted(hostile)
      const before = facts(value)
      const room = random.chance(0.1) ? 65_536 : random.pick([0, 10, 100, 1000, 5000])
      const where = `run ${run}`
      const isShort = random.chance(0.4)
      const { root } = redactor
      const json = isShort ? encodeValue(value, keysOnly, undefined, room) : encodeValue(value, redactor, root, room)
      expectClean(json, where, isShort ? [SECRETS.byKey] : ALL_SECRETS)
      strictParse(json)
      JSON.parse(json)
      if (json.length > room + SLACK) throw new Error(`${where}: ${json.length} characters in a room of ${room}`)
      if (hostile.hasReadSecret) throw new Error(`${where}: a value under a secret key was read`)
      expectSame(before, where)
    }
  }, 60_000)

  it(`makes the same of any value that fast-check knows (TEST_SEED=${seed})`, () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      stringUnit: 'binary',
    } as fc.ObjectConstraints)
    fc.assert(
      fc.property(anything, (value) => {
        const json = encodeValue(value, redactor, redactor.root, 65_536)
        expectClean(json, 'anything')
        strictParse(json)
      }),
      { seed, numRuns: 10_000 },
    )
  }, 60_000)

  it(`says of JSON data what JSON.stringify says (TEST_SEED=${seed})`, () => {
    const plain = createRedactor(false)
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 7, stringUnit: 'binary' }), (value) => {
        const json = encodeValue(value, plain, undefined, Infinity)
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
      { seed, numRuns: 5000 },
    )
  }, 60_000)
})

describe('errorText', () => {
  it(`tells 10 000 hostile errors in lines that nothing forges (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed + 1)
    for (let run = 0; run < 10_000; run++) {
      const hostile = new Hostile(random)
      const error = hostile.error()
      const { line, stack } = errorText(error, redactor)
      const lines = stack.split('\n')
      expectClean(line, `run ${run}`)
      for (const each of lines) expectClean(each, `run ${run}`)
      if (lines[0] !== '' || lines.slice(1).some((each) => !each.startsWith('    ')))
        throw new Error(`run ${run}: ${stack}`)
      if (line.length + stack.length > 200_000) throw new Error(`run ${run}: ${stack.length} characters`)
      strictParse(encodeError(error, redactor, undefined, 5000))
      if (hostile.hasReadSecret) throw new Error(`run ${run}: a value under a secret key was read`)
    }
  }, 60_000)
})

describe('quote', () => {
  it(`gives back every string and never an unsafe character (TEST_SEED=${seed})`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expectClean(quote(text), 'quote')
        expectClean(escapeText(text), 'escapeText')
        expectClean(textValue(text), 'textValue')
        expect(JSON.parse(quote(text))).toBe(text)
      }),
      { seed, numRuns: 5000 },
    )
  })
})

type Facts = readonly (readonly [object, readonly PropertyKey[], readonly PropertyDescriptor[], boolean])[]

/** All that can be told of an object and those under it without running their code. */
function facts(root: object): Facts {
  const all: [object, readonly PropertyKey[], PropertyDescriptor[], boolean][] = []
  const seen = new Set<unknown>([root])
  for (const value of seen) {
    if (typeof value !== 'object' || value === null || types.isProxy(value)) continue
    const keys = Reflect.ownKeys(value)
    const members = keys.map((key) => Reflect.getOwnPropertyDescriptor(value, key) as PropertyDescriptor)
    all.push([value, keys, members, Object.isExtensible(value)])
    for (const member of members) seen.add(member.value)
    if (types.isMap(value)) for (const [key, held] of value) seen.add(key).add(held)
    if (types.isSet(value)) for (const held of value) seen.add(held)
  }
  return all
}

function expectSame(before: Facts, where: string): void {
  for (const [value, keys, members, isExtensible] of before) {
    const after = Reflect.ownKeys(value)
    const isSame =
      Object.isExtensible(value) === isExtensible &&
      after.length === keys.length &&
      keys.every((key, index) => isSameMember(members[index], Reflect.getOwnPropertyDescriptor(value, key)))
    if (!isSame) throw new Error(`${where}: an object was changed`)
  }
}

function isSameMember(before: PropertyDescriptor | undefined, after: PropertyDescriptor | undefined): boolean {
  return (
    before !== undefined &&
    after !== undefined &&
    Object.is(before.value, after.value) &&
    before.get === after.get &&
    before.writable === after.writable &&
    before.configurable === after.configurable &&
    before.enumerable === after.enumerable
  )
}
