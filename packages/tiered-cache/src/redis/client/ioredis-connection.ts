import type { Reply } from '../commands.ts'
import { commandArguments } from './command-arguments.ts'
import type { ErrorEmitter } from './error-listener.ts'
import type { OwnClient } from './redis-client.ts'

/** What `Redis` and `Cluster` of ioredis and iovalkey have in common. */
export interface IoredisEmitter extends ErrorEmitter {
  readonly status: string
  subscribe(channel: string): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  connect(): Promise<unknown>
  on(event: 'error' | 'end' | 'connect', listener: (error: Error) => void): unknown
  on(event: 'messageBuffer', listener: (channel: Buffer, message: Buffer) => void): unknown
  off(event: 'messageBuffer', listener: (channel: Buffer, message: Buffer) => void): unknown
  disconnect(): void
}

/** A client of ioredis or iovalkey, as far as it is the same for one server and for a cluster. */
export abstract class IoredisConnection<Instance extends IoredisEmitter> implements OwnClient {
  abstract readonly isCluster: boolean
  protected readonly client: Instance

  constructor(client: Instance) {
    this.client = client
  }

  get isReady(): boolean {
    return this.client.status === 'ready'
  }

  get isUnconnected(): boolean {
    return this.client.status === 'wait'
  }

  isReadyFor(): boolean {
    return this.isReady
  }

  /** ioredis else writes each command to its socket by itself: see `TurnCork`. */
  protected abstract holdSockets(): void

  /** Sees to it that no socket keeps the process alive. */
  protected abstract unrefSockets(): void

  abstract duplicate(): OwnClient

  send(_key: string, command: readonly (string | Uint8Array)[]): Promise<Reply> {
    this.holdSockets()
    return callBuffer(this.client, command)
  }

  connect(): Promise<unknown> {
    return this.client.connect()
  }

  async subscribe(channel: string, listener: (message: Buffer) => void): Promise<() => Promise<unknown>> {
    const onMessage = (from: Buffer, message: Buffer): void => {
      if (from.toString() === channel) listener(message)
    }
    this.client.on('messageBuffer', onMessage)
    await this.client.subscribe(channel)
    return () => {
      this.client.off('messageBuffer', onMessage)
      return this.client.unsubscribe(channel)
    }
  }

  onLost(listener: (error: unknown) => void): void {
    this.client.on('error', listener)
    this.client.on('end', listener)
    this.unrefSockets()
  }

  destroy(): void {
    this.client.disconnect()
  }
}

/**
 * A command with its reply in bytes. By the method of its name, in small letters: with auto-pipelining ioredis loses the name in
 * `callBuffer`, and ioredis 5 finds the keys of no other letters.
 */
async function callBuffer(client: object, command: readonly (string | Uint8Array)[]): Promise<Reply> {
  const [first, ...rest] = commandArguments(command)
  const name = String(first).toLowerCase()
  const methods = client as Readonly<Record<string, ((args: readonly unknown[]) => Promise<Reply>) | undefined>>
  const known = `${name}Buffer`
  if (methods[known] === undefined) throw new Error(`unknown command to ioredis: ${name}`)
  return methods[known](rest)
}
