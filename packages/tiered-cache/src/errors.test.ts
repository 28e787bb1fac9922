import { describe, expect, it } from 'vitest'
import { TierFaultError, UnstorableValueError } from './errors.ts'
import { namespacePrefix } from './key.ts'

const NAMESPACED = `${namespacePrefix('users')}a`

describe('UnstorableValueError', () => {
  it.each([
    ['of the cache itself', 'a', { key: 'a', namespace: undefined }, 'the value of key "a"'],
    ['of a namespace', NAMESPACED, { key: 'a', namespace: 'users' }, 'the value of key "a" of namespace "users"'],
    ['that a codec does not know', '', { key: '', namespace: undefined }, 'the value'],
  ])('calls a key %s as its user does', (_, stored, name, value) => {
    const error = new UnstorableValueError(stored, '$.load', 'a function')
    expect(error).toMatchObject({ ...name, path: '$.load', kind: 'a function' })
    expect(error.message).toBe(`${value} cannot be stored: $.load is a function`)
  })
})

describe('TierFaultError', () => {
  it.each([
    ['of the cache itself', 'a', { key: 'a', namespace: undefined }, ' key "a"'],
    ['of a namespace', NAMESPACED, { key: 'a', namespace: 'users' }, ' key "a" of namespace "users"'],
    ['where there is none', undefined, { key: undefined, namespace: undefined }, ''],
  ])('calls a key %s as its user does', (_, stored, name, shown) => {
    const error = new TierFaultError('redis', 'set', stored, new Error('down'))
    expect(error).toMatchObject(name)
    expect(error.message).toBe(`tier "redis" failed to set${shown}`)
  })
})
