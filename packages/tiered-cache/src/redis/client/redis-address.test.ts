import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { redisAddress } from './redis-address.ts'

describe('redisAddress', () => {
  it.each([
    ['redis://localhost', { host: 'localhost', port: 6379, tls: false, database: 0 }],
    ['rediss://cache.example:7000/3', { host: 'cache.example', port: 7000, tls: true, database: 3 }],
    ['redis://[::1]:6380/', { host: '::1', port: 6380 }],
    ['redis://me:p%40ss%2F@h', { host: 'h', username: 'me', password: 'p@ss/' }],
    ['redis://:secret@h', { username: undefined, password: 'secret' }],
  ])('takes %s apart', (url, address) => {
    expect(redisAddress('url', url)).toMatchObject(address)
  })

  it.each([
    ['', /url must be redis:/],
    ['hunter2', /url must be redis:/],
    ['http://me:hunter2@h', /url must be redis:/],
    ['redis://me:hunter2@h:99999', /url must be redis:/],
    ['redis://me:hunter2%@h', /^the password of url must be percent-encoded$/],
    ['redis://hunter2%:x@h', /^the user of url must be percent-encoded$/],
    ['redis://:hunter2@h/one', /^the database of url must be a whole number$/],
    [{ hunter2: 1 }, /^url must be a string, got an object$/],
    [7, /^url must be a string/],
  ])('refuses %j without showing it', (url, message) => {
    const refusal = thrownBy(() => redisAddress('url', url))
    expect(refusal).toBeInstanceOf(TypeError)
    expect(refusal.message).toMatch(message)
    expect(inspect(refusal, { depth: 9, showHidden: true })).not.toContain('hunter2')
  })
})

function thrownBy(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
