import { type Bus, type BusListener, type BusMessage, localBus, memoryTier, TieredCache } from '@org/tiered-cache'
import { describe, expect, it, onTestFinished } from 'vitest'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

describe('A bus', () => {
  it('may tell of a gap while it is being subscribed to', async () => {
    const bus = busThat((listener) => listener.gap('1'))
    await cacheOver(bus).ready()
    expect(bus.hasCaughtUp).toBe(true)
  })

  it('that refuses to be read is told of once, and stops nobody', async () => {
    const lines: string[] = []
    const bus = busThat(() => {
      throw new Error('taken')
    })
    const cache = cacheOver(bus, lines)
    await cache.ready()
    await expect(cache.set('k', 1)).resolves.toEqual({ reached: true })
    expect(lines.filter((line) => line.includes('refuses to be read'))).toHaveLength(1)
  })

  it('is closed with the cache that it was given to', async () => {
    const bus = busThat((listener) => listener.gap('1'))
    const cache = cacheOver(bus)
    await cache.close()
    expect(bus.closes).toBe(1)
  })

  it('with a message of a later version is one with a gap', async () => {
    const bus = busThat((listener) => listener.gap('1'))
    const cache = cacheOver(bus)
    await cache.ready()
    await cache.set('k', 'old')
    const later = { origin: 'other', action: 'of a later version' }
    bus.listener?.message(later as unknown as BusMessage, '2')
    expect(cache.getSync('k')).toBeUndefined()
  })

  it('takes no memory for the messages that were heard', { timeout: 60_000 }, async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const bus = busThat((listener) => listener.gap('1'))
    const cache = cacheOver(bus)
    await cache.ready()
    const hear = async (messages: number): Promise<number> => {
      for (let at = 0; at < messages; at++) {
        bus.listener?.message({ origin: 'other', action: 'delete', keys: ['k'] }, String(at))
        if (at % 1_000 === 0) await cache.idle()
      }
      await cache.idle()
      collect()
      return process.memoryUsage().heapUsed
    }
    const before = await hear(5_000)
    // It was 210 bytes for each.
    expect((await hear(100_000)) - before).toBeLessThan(4_000_000)
  })

  it('hears nothing of a node that has closed', async () => {
    const bus = localBus()
    const [one, other] = [cacheOver(bus), cacheOver(bus)]
    await Promise.all([one.ready(), other.ready()])
    await one.close()
    await other.set('k', 1)
    expect(other.getSync('k')).toBe(1)
  })
})

type MadeUpBus = Bus & { listener: BusListener | undefined; closes: number; hasCaughtUp: boolean }

function busThat(subscribed: (listener: BusListener) => void): MadeUpBus {
  const bus: MadeUpBus = {
    listener: undefined,
    closes: 0,
    hasCaughtUp: false,
    silentMs: 0,
    publish: async () => {},
    subscribe(_from, listener) {
      bus.listener = listener
      bus.hasCaughtUp = true
      subscribed(listener)
      return () => {}
    },
    close: async () => void bus.closes++,
  }
  return bus
}

function cacheOver(bus: Bus, lines: string[] = []): TieredCache {
  const write = (message: string): void => void lines.push(message)
  const logger = { debug: () => {}, info: () => {}, warn: write, error: write }
  const cache = new TieredCache({ tiers: [memoryTier()], bus, logger })
  onTestFinished(() => cache.close())
  return cache
}
