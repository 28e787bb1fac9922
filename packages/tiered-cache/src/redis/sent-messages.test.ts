import { describe, expect, it } from 'vitest'
import { SentMessages } from './sent-messages.ts'

describe('SentMessages', () => {
  it('are read in their order, among those of others', () => {
    const sent = new SentMessages()
    for (const id of ['5-1', '9-0', '10-0']) sent.sent(id)
    for (const id of ['4-0', '5-1', '8-0', '9-0', '10-0', '11-0']) expect(sent.read(id)).toBe(true)
    expect(sent.oldest).toBeUndefined()
  })

  it('are missing where a later entry is read before', () => {
    const sent = new SentMessages()
    sent.sent('5-1')
    expect(sent.read('5-0')).toBe(true)
    expect(sent.oldest).toBe('5-1')
    expect(sent.read('10-0')).toBe(false)
    expect(sent.read('11-0')).toBe(true)
  })

  it('are none where the reader was quicker than the answer, or a gap covers them', () => {
    const sent = new SentMessages()
    sent.read('7-0')
    sent.sent('7-0')
    expect(sent.oldest).toBeUndefined()
    sent.sent('8-0')
    sent.sent('20-0')
    sent.forgetAll()
    sent.sent('9-0')
    sent.sent('10-0')
    sent.goOnAfter('9-0')
    expect(sent.oldest).toBe('10-0')
  })

  it('are the newest 10 000 where nobody reads', () => {
    const sent = new SentMessages()
    for (let id = 1; id <= 10_001; id++) sent.sent(`${id}-0`)
    expect(sent.oldest).toBe('2-0')
  })
})
