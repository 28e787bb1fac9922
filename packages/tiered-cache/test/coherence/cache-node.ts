import { rmSync } from 'node:fs'
import { isAfter } from '../../src/redis/stream-id.ts'
import { raise } from '../ledger.fixture.ts'
import type { Ledger } from './ledger.ts'
import type { Link } from './link.ts'
import type { CallAnswer, NodeCall, NodeSetting } from './node-messages.ts'
import type { NodeProcess, ProcessListener } from './node-process.ts'
import type { ProcessPool } from './process-pool.ts'

/** What stays the same over all lives of a node. */
export interface CacheNodeSetting {
  readonly name: string
  readonly commands: Link
  readonly bus: Link
  readonly pool: ProcessPool
  readonly ledger: Ledger
  readonly life: Omit<NodeSetting, 'redisUrl' | 'busUrl'>
  /** What happens in the process of this life. */
  readonly listener: (node: CacheNode) => Pick<ProcessListener, 'load' | 'deleted'>
}

/** What a read that begins now may not give anything older than. */
export interface Floor {
  /** In any case. */
  readonly own: number
  /** Where what an earlier life has left is only read after the bus has told what was missed. */
  readonly inherited: number
}

/** One node over all its lives: it is killed and started again, and knows what it may not serve any more. */
export class CacheNode {
  readonly name: string
  readonly commands: Link
  readonly bus: Link
  readonly #setting: CacheNodeSetting
  readonly #keys: readonly string[]
  #process: NodeProcess | undefined
  /** Another object in each life. */
  #life: object = {}
  #cursor: string | undefined
  #own = new Map<string, number>()
  readonly #inherited = new Map<string, number>()

  constructor(setting: CacheNodeSetting, keys: readonly string[]) {
    this.#setting = setting
    this.#keys = keys
    this.name = setting.name
    this.commands = setting.commands
    this.bus = setting.bus
  }

  get links(): readonly Link[] {
    return [this.commands, this.bus]
  }

  get life(): object {
    return this.#life
  }

  get isUp(): boolean {
    return this.#process !== undefined
  }

  /** How far this life has handled the bus. */
  get cursor(): string | undefined {
    return this.#cursor
  }

  /** Resolves when the cache is made; it may not have connected yet. */
  async start(): Promise<void> {
    const { name, pool, ledger, life, listener } = this.#setting
    const process = await pool.take()
    this.#life = {}
    this.#own = new Map()
    this.#cursor = undefined
    // Its memory is empty, and what is on its disk is not read before it has heard what it missed.
    for (const key of this.#keys) raise(this.#inherited, key, ledger.acknowledged(key))
    process.listener = {
      ...listener(this),
      heard: (cursor) => {
        if (this.#cursor === undefined || isAfter(cursor, this.#cursor)) this.#cursor = cursor
      },
      died: (how) => ledger.violate(`${name} ended by itself: ${how}`),
    }
    await process.call({ do: 'start', setting: { ...life, redisUrl: this.commands.url, busUrl: this.bus.url } })
    this.#process = process
    ledger.note(`${name} starts, process ${process.pid}`)
  }

  /** SIGKILL; the next life finds what this one has left, unless its directory is lost too. */
  async kill(keepsDirectory: boolean): Promise<void> {
    const process = this.#end()
    const { directory } = this.#setting.life
    if (process !== undefined) await this.#setting.pool.kill(process)
    if (!keepsDirectory && directory !== undefined) rmSync(directory, { recursive: true, force: true })
  }

  /** Closes the cache; false where that takes too long. */
  async stop(withinMs: number): Promise<boolean> {
    const process = this.#end()
    if (process === undefined) return true
    const timeout = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), withinMs).unref())
    const stopped = await Promise.race([process.call({ do: 'stop' }), timeout])
    const isStopped = stopped !== 'late' && stopped !== undefined
    if (isStopped) this.#setting.pool.giveBack(process)
    else await this.#setting.pool.kill(process)
    return isStopped
  }

  /** `undefined` where the node ended before the call did. */
  async call(call: NodeCall): Promise<CallAnswer | undefined> {
    return this.#process?.call(call)
  }

  answer(load: number, version: number | undefined): void {
    this.#process?.answer(load, version)
  }

  floor(key: string): Floor {
    const own = Math.max(this.#own.get(key) ?? 0, this.#setting.ledger.announced(key, this.#cursor))
    return { own, inherited: Math.max(own, this.#inherited.get(key) ?? 0) }
  }

  /** A write of this life has resolved. */
  wrote(key: string, version: number): void {
    raise(this.#own, key, version)
  }

  #end(): NodeProcess | undefined {
    const process = this.#process
    this.#process = undefined
    return process
  }
}
