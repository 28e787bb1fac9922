import { randomBytes } from 'node:crypto'
import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { compress, decompress } from './compression.ts'

/** Text that zstd makes a few times smaller. */
const text = (bytes: number): Buffer =>
  Buffer.from(Array.from({ length: bytes / 4 }, (_, at) => ((at * 7919) % 9973).toString().padStart(4, ' ')).join(''))

describe('Compression', () => {
  it.each([2 * 1024, 10_000, 127 * 1024, 128 * 1024, 12 * 1024 ** 2])('gives back %i bytes', async (bytes) => {
    const payload = text(bytes)
    const frame = (await compress(payload)) as Uint8Array
    expect(frame.length).toBeLessThan(payload.length * 0.8)
    expect(Buffer.compare(decompress(frame, payload.length), payload)).toBe(0)
  })

  it('leaves what is below 2 KiB', () => {
    expect(compress(Buffer.alloc(2 * 1024 - 1))).toBeUndefined()
  })

  it('leaves what it makes less than a fifth smaller', async () => {
    expect(compress(randomBytes(10_000))).toBeUndefined()
    expect(await compress(randomBytes(300_000))).toBeUndefined()
    expect(compress(Buffer.concat([randomBytes(8_500), Buffer.alloc(1_500)]))).toBeUndefined()
    expect(compress(Buffer.concat([randomBytes(7_500), Buffer.alloc(2_500)]))).toBeInstanceOf(Uint8Array)
  })

  it('leaves the loop free from 128 KiB on', async () => {
    expect(compress(text(128 * 1024 - 4))).toBeInstanceOf(Uint8Array)
    const promise = compress(text(128 * 1024))
    expect(promise).toBeInstanceOf(Promise)
    await promise
  })

  it('stops at the length that is promised', () => {
    const frame = zstdCompressSync(Buffer.alloc(1_001))
    expect(() => decompress(frame, 1_000)).toThrow(expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }))
    expect(() => decompress(frame, 0)).toThrow(Error)
    expect(decompress(frame, 1_001)).toHaveLength(1_001)
  })

  it.each<[string, Uint8Array]>([
    ['a frame that is shorter', zstdCompressSync(Buffer.alloc(999))],
    ['a frame that is cut', zstdCompressSync(text(1_000)).subarray(0, -20)],
    ['nothing', Buffer.alloc(0)],
    ['no frame', Buffer.from('no frame of zstd')],
  ])('throws an Error for %s', (_, frame) => {
    expect(() => decompress(frame, 1_000)).toThrow(Error)
  })

  it('gives no more than one frame of two in a row, or throws an Error', () => {
    const [first, second] = [text(1_000), text(1_000)]
    const both = Buffer.concat([zstdCompressSync(first), zstdCompressSync(second)])
    const read = (): Uint8Array | Error => {
      try {
        return decompress(both, 1_000)
      } catch (error) {
        return error as Error
      }
    }
    // Node 22 reads the first and leaves the rest; the checksum of the record covers both.
    const found = read()
    if (!(found instanceof Error)) expect(Buffer.from(found).equals(Buffer.from(first))).toBe(true)
  })

  it.each([
    [23, 'is granted'],
    [24, 'is refused'],
    [27, 'is refused'],
  ])('a window of 2 ** %i bytes %s', (log, outcome) => {
    const read = (): Uint8Array => decompress(frameOfWindow(log), 1_000)
    if (outcome === 'is granted') expect(read()).toHaveLength(1_000)
    else expect(read).toThrow(/memory/)
  })
})

/** A frame of 1000 zeros (RFC 8878): it states its window and not its content's length, and is one block of one repeated byte. */
function frameOfWindow(log: number): Uint8Array {
  const lastBlock = 1 + (1 << 1) + (1_000 << 3)
  return Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (log - 10) << 3, lastBlock & 0xff, lastBlock >> 8, 0, 0])
}
