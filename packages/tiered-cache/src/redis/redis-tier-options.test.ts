import { describe, expect, it } from 'vitest'
import { type RedisTierOptions, resolveRedisTierOptions } from './redis-tier-options.ts'

describe('Options of redisTier', () => {
  it('have defaults', () => {
    expect(resolveRedisTierOptions({})).toMatchObject({
      prefix: 'cache:',
      name: 'redis',
      ttl: undefined,
      deadlineMs: 250,
      leaseMs: 10_000,
      format: { codec: { name: 'structured' }, compression: 'zstd' },
    })
  })

  it.each<[RedisTierOptions, object]>([
    [{ lease: false }, { leaseMs: undefined }],
    [{ lease: {} }, { leaseMs: 10_000 }],
    [{ lease: { duration: '30s' } }, { leaseMs: 30_000 }],
    [{ prefix: '' }, { prefix: '' }],
    [
      { compression: false, deadline: '1s' },
      { format: { compression: false }, deadlineMs: 1_000 },
    ],
    [
      { prefix: undefined, name: undefined, lease: undefined, codec: undefined },
      { prefix: 'cache:', leaseMs: 10_000 },
    ],
  ])('%j is %j', (options, resolved) => {
    expect(resolveRedisTierOptions(options)).toMatchObject(resolved)
  })

  it.each<[object | null, string]>([
    [null, 'redisTier options must be an object, got null'],
    [
      { leases: false },
      "redisTier options has no option 'leases', known are url, client, prefix, name, ttl, deadline, codec, compression, lease",
    ],
    [{ prefix: 5 }, 'prefix must be a string, got 5 (number)'],
    [{ name: '' }, 'name must be a string that is not empty, got  (string)'],
    [{ ttl: -1 }, 'ttl must be zero or more milliseconds, got -1 (number)'],
    [
      { deadline: 'soon' },
      "deadline must be milliseconds or a string such as '30s', '5m', '1h' or '7d', got soon (string)",
    ],
    [{ compression: 'gzip' }, "compression must be 'zstd' or false, got gzip (string)"],
    [{ compression: true }, "compression must be 'zstd' or false, got true (boolean)"],
    [{ lease: true }, 'lease must be an object, got true (boolean)'],
    [{ lease: { ttl: 1 } }, "lease has no option 'ttl', known are duration"],
    [{ lease: { duration: 0 } }, 'lease.duration must be 1 ms to 1 h, got 0 (number)'],
    [{ lease: { duration: '2h' } }, 'lease.duration must be 1 ms to 1 h, got 2h (string)'],
    [{ codec: {} }, 'codec must be an object with id, name, encode and decode, got an object'],
  ])('%j is refused', (options, message) => {
    expect(() => resolveRedisTierOptions(options as RedisTierOptions)).toThrow(message)
  })
})
