import { describe, expect, it } from 'vitest'
import { makeEntry } from '../entry.ts'
import { PreparedRecords } from './prepared-records.ts'

const entry = makeEntry('value', 0, 1, 0, 0)

describe('PreparedRecords', () => {
  it('gives a record out once, so that two writes never share its bytes', () => {
    const records = new PreparedRecords()
    const record = Buffer.alloc(3)
    expect(records.keep('key', entry, record)).toBe(3)
    expect(records.take('key', entry)).toBe(record)
    expect(records.take('key', entry)).toBeUndefined()
  })

  it('gives it for the same key and the very same entry alone', () => {
    const records = new PreparedRecords()
    void records.keep('key', entry, Buffer.alloc(3))
    expect(records.take('other', entry)).toBeUndefined()
    expect(records.take('key', { ...entry })).toBeUndefined()
    expect(records.take('key', entry)).toBeDefined()
  })

  it('keeps a record that comes late, and nothing of one that fails', async () => {
    const records = new PreparedRecords()
    const kept = records.keep('key', entry, Promise.resolve(Buffer.alloc(5)))
    expect(records.take('key', entry)).toBeUndefined()
    expect(await kept).toBe(5)
    expect(records.take('key', entry)).toHaveLength(5)
    await expect(records.keep('key', entry, Promise.reject(new Error('full')))).rejects.toThrow('full')
    expect(records.take('key', entry)).toBeUndefined()
  })
})
