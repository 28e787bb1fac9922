import { describe, expect, it } from 'vitest'
import { RefreshCooldown } from './refresh-cooldown.ts'

describe('RefreshCooldown', () => {
  it('ends by time, or when told', () => {
    const cooldown = new RefreshCooldown()
    cooldown.begin('a', 10)
    cooldown.begin('b', 10)
    cooldown.end('b')
    expect([cooldown.isCooling('a', 9), cooldown.isCooling('a', 10), cooldown.isCooling('b', 5)]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('remembers the newest 10 000 keys', () => {
    const cooldown = new RefreshCooldown()
    for (let at = 0; at <= 10_000; at++) cooldown.begin(`key ${at}`, 10)
    expect(cooldown.isCooling('key 0', 5)).toBe(false)
    expect(cooldown.isCooling('key 1', 5)).toBe(true)
  })
})
