import { ManualClock } from '@org/breaker/testing'
import { gate } from '@org/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Reply } from '../commands.ts'
import { OwnedCommands } from './owned-commands.ts'
import type { OwnClient } from './redis-client.ts'

const LONGEST_FIRST_DELAY_MS = 50
const refused = (): Promise<never> => Promise.reject(new Error('connect ECONNREFUSED'))

/** A client that does what its test says. */
class PlainClient implements OwnClient {
  readonly isCluster = false
  readonly isUnconnected = false
  isReady = false
  isDestroyed = false
  readonly subscribed: string[] = []
  connecting: () => Promise<unknown> = () => Promise.resolve()
  answering: () => Promise<Reply> = () => Promise.resolve(1)
  lose: (error: unknown) => void = () => {}

  isReadyFor(): boolean {
    return this.isReady
  }

  send(): Promise<Reply> {
    return this.answering()
  }

  duplicate(): OwnClient {
    throw new Error('never asked')
  }

  async connect(): Promise<void> {
    await this.connecting()
    this.isReady = true
  }

  async subscribe(channel: string): Promise<() => Promise<unknown>> {
    this.subscribed.push(channel)
    return () => Promise.resolve()
  }

  onLost(listener: (error: unknown) => void): void {
    this.lose = (error) => {
      this.isReady = false
      listener(error)
    }
  }

  destroy(): void {
    this.isDestroyed = true
    this.isReady = false
  }
}

describe('OwnedCommands', () => {
  let clock: ManualClock
  let made: PlainClient[]
  let prepare: (client: PlainClient) => void
  const latest = (): PlainClient => made.at(-1) as PlainClient

  beforeEach(() => {
    clock = new ManualClock()
    made = []
    prepare = () => {}
  })

  function owned(drains = true): OwnedCommands {
    const make = (): PlainClient => {
      const client = new PlainClient()
      prepare(client)
      made.push(client)
      return client
    }
    return new OwnedCommands({ isCluster: false, make, drains, secrets: ['hunter2'], clock })
  }

  it('refuses what is sent before it is open', async () => {
    const commands = owned()
    expect(commands.isReady).toBe(false)
    await expect(commands.send('k', ['PING'])).rejects.toThrow(/^the Redis client is not connected$/)
    expect(made).toHaveLength(0)
  })

  it('connects once for all who open it', async () => {
    const commands = owned()
    await Promise.all([commands.open(), commands.open()])
    await commands.open()
    expect(made).toHaveLength(1)
    await expect(commands.send('k', ['PING'])).resolves.toBe(1)
  })

  it('rejects an open that fails, tells why, and goes on trying', async () => {
    const commands = owned()
    prepare = (client) => (client.connecting = refused)
    await expect(commands.open()).rejects.toThrow('connect ECONNREFUSED')
    await expect(commands.send('k', ['PING'])).rejects.toThrow('not connected: connect ECONNREFUSED')
    await clock.advance('1m')
    const failed = made.length
    expect(failed).toBeGreaterThan(100)
    prepare = () => {}
    await clock.advance('1s')
    expect(commands.isReady).toBe(true)
    expect(made.slice(0, -1).every((client) => client.isDestroyed)).toBe(true)
    expect(clock.pendingTimers).toBe(0)
    latest().lose(new Error('ECONNRESET'))
    await clock.advance(LONGEST_FIRST_DELAY_MS)
    expect(commands.isReady).toBe(true)
    expect(clock.pendingTimers).toBe(0)
  })

  it('gives up an attempt that is never answered', async () => {
    const commands = owned()
    prepare = (client) => (client.connecting = () => new Promise(() => {}))
    const opening = expect(commands.open()).rejects.toThrow('no answer within 5000 ms')
    prepare = () => {}
    await clock.advance('6s')
    await opening
    expect(made[0]?.isDestroyed).toBe(true)
    expect(commands.isReady).toBe(true)
  })

  it('is back by itself, with its subscriptions, after a loss', async () => {
    const commands = owned()
    await commands.open()
    let renewals = 0
    const renewed = (): void => void renewals++
    await commands.subscribe('news', () => {}, renewed)
    const off = await commands.subscribe('ended', () => {})
    off()
    latest().lose(new Error('ECONNRESET'))
    latest().lose(new Error('told twice'))
    expect(commands.isReady).toBe(false)
    await expect(commands.send('k', ['PING'])).rejects.toThrow('ECONNRESET')
    await clock.advance(LONGEST_FIRST_DELAY_MS)
    expect(commands.isReady).toBe(true)
    expect(made).toHaveLength(2)
    expect(made[0]?.isDestroyed).toBe(true)
    expect(latest().subscribed).toEqual(['news'])
    expect(renewals).toBe(1)
  })

  it('rejects a command with the plain error of the client', async () => {
    const commands = owned()
    await commands.open()
    latest().answering = () => Promise.reject(Object.assign(new Error('hunter2 is wrong'), { command: { args: [1] } }))
    const failure: unknown = await commands.send('k', ['PING']).catch((error: unknown) => error)
    expect(failure).toMatchObject({ message: '*** is wrong' })
    expect(failure).not.toHaveProperty('command')
  })

  it('drops a connection that has answered nothing for 10 s', async () => {
    const commands = owned()
    await commands.open()
    latest().answering = () => new Promise(() => {})
    void commands.send('k', ['PING'])
    await clock.advance('9s')
    void commands.send('k', ['PING'])
    expect(made[0]?.isDestroyed).toBe(false)
    await clock.advance('2s')
    void commands.send('k', ['PING'])
    await clock.advance('1s')
    expect(made[0]?.isDestroyed).toBe(true)
    expect(commands.isReady).toBe(true)
    expect(made).toHaveLength(2)
  })

  it('keeps one on which a command blocks', async () => {
    const commands = owned(false)
    await commands.open()
    latest().answering = () => new Promise(() => {})
    void commands.send('k', ['XREAD'])
    await clock.advance('1m')
    void commands.send('k', ['XREAD'])
    await clock.advance('1m')
    expect(made).toHaveLength(1)
  })

  it('drains when it closes, and sends nothing more', async () => {
    const commands = owned()
    await commands.open()
    const answer = gate<Reply>()
    latest().answering = () => answer.promise
    const sent = commands.send('k', ['GET', 'k'])
    const closing = commands.close()
    await expect(commands.send('k', ['PING'])).rejects.toThrow('is closed')
    expect(latest().isDestroyed).toBe(false)
    answer.open(7)
    await closing
    await expect(sent).resolves.toBe(7)
    expect(latest().isDestroyed).toBe(true)
    await expect(commands.open()).rejects.toThrow('is closed')
  })

  it('drains for 2 s at most', async () => {
    const commands = owned()
    await commands.open()
    latest().answering = () => new Promise(() => {})
    void commands.send('k', ['GET', 'k'])
    const closing = commands.close()
    await clock.advance('2s')
    await closing
    expect(latest().isDestroyed).toBe(true)
  })

  it.each([true, false])('ends at once where nothing is under way, or commands block (drains: %s)', async (drains) => {
    const commands = owned(drains)
    await commands.open()
    latest().answering = () => new Promise(() => {})
    if (!drains) void commands.send('k', ['XREAD'])
    await commands.close()
    await commands.close()
    expect(latest().isDestroyed).toBe(true)
    expect(clock.pendingTimers).toBe(0)
  })

  it('makes no connection any more when it is closed in the midst of an attempt', async () => {
    const commands = owned()
    const connected = gate()
    prepare = (client) => (client.connecting = () => connected.promise)
    const opening = expect(commands.open()).rejects.toThrow('is closed')
    await commands.close()
    connected.open()
    await opening
    await clock.advance('1m')
    expect(made).toHaveLength(1)
    expect(latest().isDestroyed).toBe(true)
  })

  it('duplicates into a connection of its own', async () => {
    const commands = owned()
    await commands.open()
    const second = commands.duplicate()
    await second.open()
    expect(made).toHaveLength(2)
    await second.close()
    expect(commands.isReady).toBe(true)
  })
})
