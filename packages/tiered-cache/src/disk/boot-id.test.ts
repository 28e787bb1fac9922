import { describe, expect, it } from 'vitest'
import { bootId, isSameBoot } from './boot-id.ts'

describe('bootId', () => {
  it('stays the same as long as the machine runs', () => {
    expect(bootId()).not.toBe('')
    expect(isSameBoot(bootId(), bootId())).toBe(true)
  })
})

describe('isSameBoot', () => {
  it('takes instants of a boot for the same within 5 s, since a clock is set now and then', () => {
    expect(isSameBoot('booted-at:1000000', 'booted-at:1005000')).toBe(true)
    expect(isSameBoot('booted-at:1005000', 'booted-at:1000000')).toBe(true)
    expect(isSameBoot('booted-at:1000000', 'booted-at:1005001')).toBe(false)
  })

  it('tells everything else apart', () => {
    const id = '6c31b9a4-6b0c-4a55-8a0c-1d3f6e8f2b11'
    expect(isSameBoot(id, id)).toBe(true)
    expect(isSameBoot(id, id.replace('6', '7'))).toBe(false)
    expect(isSameBoot(id, 'booted-at:1000000')).toBe(false)
    expect(isSameBoot('booted-at:', id)).toBe(false)
    expect(isSameBoot('', id)).toBe(false)
    expect(isSameBoot('booted-at:x', 'booted-at:1000000')).toBe(false)
  })
})
