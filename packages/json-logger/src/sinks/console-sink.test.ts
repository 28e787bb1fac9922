import { describe, expect, it } from 'vitest'
import { takesBytes } from './console-sink.ts'

const stream = (members: object): NodeJS.WriteStream => members as NodeJS.WriteStream

describe('takesBytes', () => {
  it('is false of a stream without a descriptor, and of a terminal of Windows', () => {
    expect(takesBytes(stream({}), 'linux')).toBe(false)
    expect(takesBytes(stream({ fd: 1, isTTY: true }), 'win32')).toBe(false)
    expect(takesBytes(stream({ fd: 1 }), 'win32')).toBe(true)
    expect(takesBytes(stream({ fd: 1, isTTY: true }), 'linux')).toBe(true)
  })
})
