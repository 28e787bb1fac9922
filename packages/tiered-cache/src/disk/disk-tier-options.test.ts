import { describe, expect, it } from 'vitest'
import { type DiskTierOptions, resolveDiskTierOptions } from './disk-tier-options.ts'

const MIB = 1024 ** 2

describe('resolveDiskTierOptions', () => {
  it('has defaults for all but the directory', () => {
    expect(resolveDiskTierOptions({ directory: 'cache' })).toMatchObject({
      directory: 'cache',
      whenOwned: 'subdirectory',
      name: 'disk',
      ttl: undefined,
      deadline: '1s',
      bounds: { maxBytes: 1024 * MIB, segmentBytes: 16 * MIB, isDurable: false },
      format: { compression: false, maxValueBytes: 128 * MIB },
    })
  })

  it.each([
    [MIB, 256 * 1024],
    [100 * MIB, 1.5625 * MIB],
    [10 * 1024 ** 4, 1024 * MIB],
    [Infinity, 1024 * MIB],
  ])('divides %d bytes into segments', (maxBytes, segmentBytes) => {
    expect(resolveDiskTierOptions({ directory: '.', maxBytes }).bounds.segmentBytes).toBe(segmentBytes)
  })

  it.each([
    [undefined, 'diskTier options must be an object, got undefined (undefined)'],
    [{}, 'directory must be a string that is not empty, got undefined (undefined)'],
    [{ directory: 1 }, 'directory must be a string that is not empty, got 1 (number)'],
    [{ directory: '.', maxBytes: 1000 }, 'maxBytes must be at least 1048576 bytes, got 1000 (number)'],
    [{ directory: '.', segmentBytes: '1kb' }, 'segmentBytes must be at least 4096 bytes, got 1kb (string)'],
    [
      { directory: '.', maxBytes: '1mb', segmentBytes: '512kb' },
      'segmentBytes must be at most a quarter of maxBytes, and 1 GiB, got 512kb (string)',
    ],
    [{ directory: '.', durable: 1 }, 'durable must be true or false, got 1 (number)'],
    [{ directory: '.', whenOwned: 'wait' }, "whenOwned must be 'subdirectory' or 'error', got wait (string)"],
    [{ directory: '.', compression: 'gzip' }, "compression must be 'zstd' or false, got gzip (string)"],
    [{ directory: '.', deadline: 'soon' }, /^deadline must be milliseconds/],
    [{ directory: '.', ttl: -1 }, /^ttl must be zero or more/],
    [{ directory: '.', name: '' }, /^name must be a string that is not empty/],
    [{ directory: '.', codec: {} }, /^codec must be/],
    [{ directory: '.', size: 1 }, /^diskTier options has no option 'size'/],
  ])('refuses %j', (options, message) => {
    expect(() => resolveDiskTierOptions(options as unknown as DiskTierOptions)).toThrow(message)
  })
})
