import { seededRandom, testSeed, type Random } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { encodeValue } from '../src/encoder/value.ts'
import { createRedactor } from '../src/redact.ts'

const seed = testSeed()
const NAMES = ['a', 'b', 'c', '0', '1']

/** What paths mean, said slowly: every leaf's way from the root is compared with every path. */
function slowly(value: unknown, paths: readonly string[], way: readonly string[] = []): unknown {
  const isSecret = paths.some((path) => {
    const steps = path.split('.')
    return steps.length === way.length && steps.every((step, at) => step === '*' || step === way[at])
  })
  if (isSecret) return '[redacted]'
  if (Array.isArray(value)) return value.map((each, at) => slowly(each, paths, [...way, String(at)]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, slowly(each, paths, [...way, key])]))
}

function randomPath(random: Random): string {
  return Array.from({ length: random.int(1, 4) }, () => (random.chance(0.3) ? '*' : random.pick(NAMES))).join('.')
}

function randomTree(random: Random, depth: number): unknown {
  if (depth === 0 || random.chance(0.2)) return random.int(0, 9)
  const members = Array.from({ length: random.int(0, 3) }, () => randomTree(random, depth - 1))
  if (random.chance(0.4)) return members
  return Object.fromEntries(members.map((member) => [random.pick(NAMES), member]))
}

describe('the paths to redact', () => {
  it(`hide what a slow comparison of all paths hides, in 10 000 trees (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    for (let run = 0; run < 10_000; run++) {
      const paths = Array.from({ length: random.int(1, 5) }, () => randomPath(random))
      const redactor = createRedactor({ paths })
      const tree = { a: randomTree(random, 4), b: randomTree(random, 4) }
      const json = encodeValue(tree, redactor, redactor.root, 100_000)
      expect(JSON.parse(json), `run ${run}, paths ${paths.join(' ')}, ${JSON.stringify(tree)}`).toEqual(
        slowly(tree, paths),
      )
    }
  })

  it('lead through arrays, Maps, pairs, errors and what toJSON gives', () => {
    const redactor = createRedactor({
      paths: ['items[*].card', 'map.inner', 'pairs.7', 'err.message', 'json["x-y"].z'],
    })
    const value = {
      items: [{ card: 'SECRET', id: 1 }],
      map: new Map([['inner', 'SECRET']]),
      pairs: new Map<unknown, unknown>([
        [7, 'SECRET'],
        [{}, 'seen'],
      ]),
      err: new Error('SECRET'),
      json: { toJSON: () => ({ 'x-y': { z: 'SECRET' } }) },
    }
    const json = encodeValue(value, redactor, redactor.root, 100_000)
    expect(json).not.toContain('SECRET')
    expect(JSON.parse(json)).toMatchObject({
      items: [{ card: '[redacted]', id: 1 }],
      map: { inner: '[redacted]' },
      pairs: [
        [7, '[redacted]'],
        [{}, 'seen'],
      ],
      err: { type: 'Error', message: '[redacted]', stack: '[redacted]' },
      json: { 'x-y': { z: '[redacted]' } },
    })
  })

  it('answer for the value itself where it is the end of one', () => {
    const redactor = createRedactor({ paths: ['a'] })
    expect(encodeValue('SECRET', redactor, redactor.step(redactor.root, 'a'), 100)).toBe('"[redacted]"')
  })
})
