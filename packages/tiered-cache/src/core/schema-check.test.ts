import { gate } from '@org/testkit'
import { ManualClock } from '@org/tiered-cache/testing'
import { describe, expect, it } from 'vitest'
import { NEVER_FITTING, schemaOf, type User, userSchema } from '../../test/schemas.fixture.ts'
import { makeEntry } from '../entry.ts'
import { namespacePrefix, ownKey } from '../key.ts'
import type { StandardSchema } from '../standard-schema.ts'
import { SchemaCheck } from './schema-check.ts'

const entryOf = (value: unknown) => makeEntry(value, 0, 1_000, 500, 7, 'etag')

function setUp(schema: StandardSchema) {
  const clock = new ManualClock()
  let told = 0
  const check = new SchemaCheck({ schema, clock, deadlineMs: 250, unfit: () => told++ })
  return { check, clock, told: () => told }
}

describe('SchemaCheck', () => {
  it('changes nothing of an entry but its value', () => {
    const { check } = setUp(userSchema)
    const fit = check.read('k', entryOf({ id: '7', name: 'Ada', age: 36 }))
    expect(fit).toEqual(entryOf({ id: 7, name: 'Ada' }))
  })

  it('gives the very entry where the schema gives the very value', () => {
    const { check } = setUp(schemaOf((value) => ({ value: value as User })))
    const entry = entryOf({ id: 7, name: 'Ada' })
    expect(check.read('k', entry)).toBe(entry)
  })

  it('keeps what a schema makes that is falsy', async () => {
    for (const value of [null, 0, '', false, Number.NaN]) {
      const { check } = setUp(schemaOf(async () => ({ value })))
      await expect(check.read('k', entryOf('x'))).resolves.toEqual(entryOf(value))
    }
  })

  it('answers at once where the schema does', () => {
    expect(setUp(userSchema).check.read('k', entryOf(1))).toBeUndefined()
  })

  it.each(Object.entries(NEVER_FITTING))('finds unfit, and never throws, by a schema that %s', async (_, schema) => {
    const { check, told } = setUp(schema)
    expect(await check.read('k', entryOf({ id: 7, name: 'Ada' }))).toBeUndefined()
    expect(told()).toBe(1)
    expect(await check.peek('k', entryOf({ id: 7, name: 'Ada' }))).toBeUndefined()
    expect(told()).toBe(1)
  })

  it('waits for a schema until the deadline, and what comes later changes nothing', async () => {
    const answer = gate<{ readonly value: number }>()
    const { check, clock, told } = setUp(schemaOf(() => answer.promise))
    const fit = check.read('k', entryOf(1))
    await clock.advance(249)
    expect(told()).toBe(0)
    await clock.advance(1)
    await expect(fit).resolves.toBeUndefined()
    answer.open({ value: 1 })
    await expect(fit).resolves.toBeUndefined()
    expect(told()).toBe(1)
  })

  it('asks the schema as its own method', () => {
    const standard = {
      version: 1 as const,
      vendor: 'test',
      calls: 0,
      validate(value: unknown) {
        this.calls++
        return { value }
      },
    }
    void setUp({ '~standard': standard }).check.read('k', entryOf(1))
    expect(standard.calls).toBe(1)
  })

  it('passes by what says that nothing was found, and the own records of the cache, but not the keys of a namespace', () => {
    const { check, told } = setUp(NEVER_FITTING['refuses all']!)
    const [negative, own] = [entryOf(undefined), entryOf('cursor')]
    expect(check.read('k', negative)).toBe(negative)
    expect(check.read(ownKey('bus'), own)).toBe(own)
    expect(told()).toBe(0)
    expect(check.read(`${namespacePrefix('users')}k`, own)).toBeUndefined()
  })
})
