import { describe, expect, it } from 'vitest'
import { randomId } from './random-id.ts'

describe('randomId', () => {
  it('gives base64url as long as the bytes need, never the same', () => {
    const ids = Array.from({ length: 5_000 }, () => randomId(8))
    const tokens = Array.from({ length: 5_000 }, () => randomId(16))
    expect(ids.every((id) => /^[\w-]{11}$/.test(id))).toBe(true)
    expect(tokens.every((token) => /^[\w-]{22}$/.test(token))).toBe(true)
    expect(new Set([...ids, ...tokens]).size).toBe(10_000)
  })
})
