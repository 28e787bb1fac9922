import { describe, expect, it } from 'vitest'
import { CLUSTER_SLOTS, slotOf } from './cluster-slot.ts'

describe('slotOf', () => {
  it.each([
    // The check value of CRC16 XMODEM, then slots as `CLUSTER KEYSLOT` gives them.
    ['123456789', 0x31c3],
    ['', 0],
    ['foo', 12_182],
    ['bar', 5061],
    ['somekey', 11_058],
    ['foo{hash_tag}', 2515],
  ])('gives the slot of %j', (key, slot) => {
    expect(slotOf(key)).toBe(slot)
    expect(slotOf(Buffer.from(key))).toBe(slot)
  })

  it.each([
    ['{user1000}.following', 'user1000'],
    ['foo{{bar}}zap', '{bar'],
    ['foo{bar}{zap}', 'bar'],
    ['a}b{c}', 'c'],
  ])('takes the hash tag of %j', (key, tag) => {
    expect(slotOf(key)).toBe(slotOf(tag))
  })

  it.each([
    ['foo{}{bar}', 'foo{}{baz}'],
    ['a{b', 'c{b'],
    ['}a{', '}b{'],
  ])('takes the whole of a key without hash tag: %j and %j differ', (one, other) => {
    expect(slotOf(one)).not.toBe(slotOf(other))
  })

  it('hashes the bytes of a string, and stays within the slots', () => {
    expect(slotOf('caf\u00e9 \u{1f680}')).toBe(slotOf(Buffer.from('caf\u00e9 \u{1f680}')))
    for (let index = 0; index < 1_000; index++) expect(slotOf(`key:${index}`)).toBeLessThan(CLUSTER_SLOTS)
  })
})
