import { setTimeout as pause } from 'node:timers/promises'
import { eventually, type Random } from '@org/testkit'
import { EVERY_TAG, modelKeyOf, stampKeysOf, tagsOf, versionOf } from '../tagged-version.fixture.ts'
import { CacheNode, type CacheNodeSetting, type Floor } from './cache-node.ts'
import { Database } from './database.ts'
import { LeaseWatch } from './lease-watch.ts'
import { Ledger } from './ledger.ts'
import { Link } from './link.ts'
import { AWAY } from './node-life.ts'
import type { CallAnswer, NodeCall } from './node-messages.ts'
import { drawn, type Plan } from './plan.ts'
import type { ProcessPool } from './process-pool.ts'
import type { SharedRedis } from './shared-redis.ts'
import { type Write, WriteLog } from './write-log.ts'

/** So short that nobody waits long for the lease of a node that was killed. */
const LEASE_MS = 2_000
/** Sets of tags, one bit for each. */
const USUAL_TAGS = [1, 1, 1, 1, EVERY_TAG, EVERY_TAG, 2, 0]
const STOP_WITHIN_MS = 10_000
const EVERY_CALL_ENDS_WITHIN_MS = 30_000

/** Where a {@link History} takes place. */
export interface HistorySetting {
  readonly random: Random
  readonly plan: Plan
  readonly redis: SharedRedis
  readonly redisPort: number
  readonly pool: ProcessPool
  readonly prefix: string
  readonly stream: string
  /** For what outlives a process. */
  readonly directory: string
}

/** One random history of a few processes over one Redis: its deeds, and the checks of each answer. */
export class History {
  readonly ledger: Ledger = new Ledger()
  readonly writes: WriteLog = new WriteLog()
  readonly watch: LeaseWatch = new LeaseWatch(this.ledger, this.writes, LEASE_MS)
  readonly database: Database
  readonly nodes: CacheNode[] = []
  readonly #setting: HistorySetting
  readonly #running = new Set<Promise<void>>()
  /** Which lives are setting a value with a stamp, or invalidating its tag: that has an order on one node alone. */
  readonly #stampUse: { readonly stamp: string; readonly life: object; readonly isSet: boolean }[] = []

  constructor(setting: HistorySetting) {
    const { random, plan } = setting
    this.#setting = setting
    this.database = new Database({ random, ledger: this.ledger, watch: this.watch, heldShare: plan.heldShare })
  }

  async begin(): Promise<void> {
    const { plan, redisPort } = this.#setting
    for (let at = 0; at < plan.nodes; at++) {
      const name = `node ${at}`
      const commands = await Link.open(`${name} to Redis`, redisPort)
      const bus = await Link.open(`${name} to the bus`, redisPort)
      this.nodes.push(this.#node(name, at, commands, bus))
    }
    await Promise.all(this.nodes.map((node) => node.start()))
  }

  async play(): Promise<void> {
    const { random, plan } = this.#setting
    for (let step = 0; step < plan.steps; step++) {
      this.#own(this.#step(drawn(random, plan.deeds)))
      // Real processes have a pace of their own: deeds come while others are under way.
      await pause(random.int(0, plan.longestPauseMs))
    }
  }

  /** Heals everything and lets everything end; a violation where it does not. */
  async calmDown(): Promise<void> {
    this.ledger.note('calm')
    this.database.isQuick = true
    for (const node of this.nodes) for (const link of node.links) await link.heal()
    const isOver = (): boolean => {
      this.database.openAll()
      return this.#running.size === 0
    }
    await this.inTime('every call ends', isOver, EVERY_CALL_ENDS_WITHIN_MS)
  }

  async end(): Promise<void> {
    this.ledger.note('end')
    await Promise.all(this.nodes.map((node) => this.#stop(node)))
    for (const node of this.nodes) for (const link of node.links) await link.close()
    this.ledger.note('ended')
  }

  async inTime(what: string, check: () => boolean | Promise<boolean>, within: number): Promise<void> {
    await eventually(check, { within }).catch(() => this.ledger.violate(`not within ${within} ms: ${what}`))
  }

  /** Whether it reached everything; not begun where it would have no order. */
  async write(node: CacheNode, deed: 'set' | 'delete' | 'clear', keys: readonly string[]): Promise<boolean> {
    const { ledger, writes } = this
    const isSet = deed === 'set'
    if (!keys.every((key) => writes.mayBegin(key, isSet))) return false
    const { life, name } = node
    const tags = isSet ? this.#tagsOfValue() : 0
    const stamps = isSet ? keys.flatMap((key) => allStampsOf(key, tags)) : []
    if (this.#isUsed(stamps, life, !isSet)) return false
    const begun = keys.map((key) => writes.begin(key, ledger.commit(key), isSet, life))
    const what = `${deed} ${begun.map(({ key, version }) => `${key} ${version}`).join(', ')} with ${tags}`
    ledger.note(`${name}: ${what} begins`)
    const answer = await this.#using(stamps, life, true, () => node.call(callOf(deed, begun, tags)))
    if (answer === undefined) return false
    const reached = answer.reached === true
    ledger.note(`${name}: ${what} ends, ${answer.error ?? `reached ${reached}`}, ${answer.pending} pending`)
    for (const write of begun) {
      writes.end(write, reached)
      if (node.life === life) node.wrote(write.key, write.version)
    }
    this.#ended(node, life, answer)
    if (reached) await this.#acknowledged(begun)
    return reached
  }

  /** Invalidates these tags of a namespace, or clears it; not begun where it would have no order with a set. */
  async invalidate(node: CacheNode, space: string, tags: number, mode: 'delete' | 'expire'): Promise<void> {
    const { ledger } = this
    const root = stampKeysOf(space, 0, mode)
    const stamps = tags === 0 ? root : stampKeysOf(space, tags, mode).filter((key) => !root.includes(key))
    const { life, name } = node
    if (stamps.length === 0 || this.#isUsed(stamps, life, true)) return
    // Whatever has the tag is old from now on.
    const version = ledger.commitAll(this.#setting.plan.keys)
    const what = `invalidate ${stamps.join()} ${version}`
    ledger.note(`${name}: ${what} begins`)
    const call: NodeCall = tags === 0 ? { do: 'clear a namespace', space } : { do: 'invalidate', space, tags, mode }
    const answer = await this.#using(stamps, life, false, () => node.call(call))
    if (answer === undefined) return
    const reached = answer.reached === true
    ledger.note(`${name}: ${what} ends, ${answer.error ?? `reached ${reached}`}, ${answer.pending} pending`)
    if (node.life === life) for (const key of stamps) node.wrote(key, version)
    this.#ended(node, life, answer)
    if (!reached) return
    for (const key of stamps) ledger.acknowledge(key, version)
    const at = await this.#setting.redis.position()
    for (const key of stamps) ledger.announce(key, version, at)
    await Promise.all(this.#setting.plan.keys.map((key) => this.look(key)))
  }

  async read(node: CacheNode, key: string, verb: 'get' | 'getOrSet'): Promise<number | undefined> {
    const { ledger } = this
    const { life, name } = node
    // Who only reads names tags now and then.
    const tags = verb === 'getOrSet' || this.#setting.random.chance(0.2) ? this.#tagsOfValue() : 0
    const { space } = modelKeyOf(key)
    const bound = (of: number): readonly string[] => [
      key,
      ...stampKeysOf(space, of, 'delete'),
      // What has expired may be served stale.
      ...(verb === 'get' ? stampKeysOf(space, of, 'expire') : []),
    ]
    const floors = new Map(bound(EVERY_TAG).map((each) => [each, node.floor(each)]))
    ledger.note(`${name}: ${verb} ${key} with ${tags} begins, after ${floors.get(key)?.own}`)
    const answer = await node.call({ do: verb, key, tags })
    if (answer === undefined) return undefined
    const { value } = answer
    const shown = value === undefined ? undefined : `${versionOf(value)} with ${tagsOf(value)}`
    ledger.note(`${name}: ${verb} ${key} gives ${answer.error ?? shown}`)
    this.#ended(node, life, answer)
    if (value === undefined) return undefined
    for (const each of bound(tagsOf(value))) {
      const { own, inherited } = floors.get(each) as Floor
      ledger.expect(`${verb} on ${name} (by ${each})`, key, versionOf(value), answer.knewPast ? inherited : own)
    }
    if ((tagsOf(value) & tags) !== tags) ledger.violate(`${verb} on ${name}: ${key} without its tags`)
    return versionOf(value)
  }

  /** Redis holds nothing that is older than what was acknowledged before the look, but for what its readers find out by its stamps. */
  async look(key: string): Promise<void> {
    const { ledger } = this
    const { space } = modelKeyOf(key)
    const acknowledged = new Map([key, ...allStampsOf(key, EVERY_TAG)].map((each) => [each, ledger.acknowledged(each)]))
    const held = await this.#setting.redis.held(key)
    ledger.note(`Redis holds ${key} ${held && versionOf(held.value)}, valid ${held?.isValid}, fresh ${held?.isFresh}`)
    if (held === undefined) return
    const { value, isValid, isFresh } = held
    const bound = [
      key,
      ...(isValid ? stampKeysOf(space, tagsOf(value), 'delete') : []),
      ...(isFresh ? stampKeysOf(space, tagsOf(value), 'expire') : []),
    ]
    for (const each of bound) ledger.expect(`Redis (by ${each})`, key, versionOf(value), acknowledged.get(each) ?? 0)
  }

  /** Most often the same ones: values that are asked for with other tags are loaded anew. */
  #tagsOfValue(): number {
    const { random, plan } = this.#setting
    return plan.hasTags ? random.pick(USUAL_TAGS) : 0
  }

  /** Whether another life is doing so with one of these stamps: setting a value with it, or invalidating its tag. */
  #isUsed(stamps: readonly string[], life: object, isSet: boolean): boolean {
    return this.#stampUse.some((use) => use.life !== life && use.isSet === isSet && stamps.includes(use.stamp))
  }

  async #using<T>(stamps: readonly string[], life: object, isSet: boolean, work: () => Promise<T>): Promise<T> {
    const uses = stamps.map((stamp) => ({ stamp, life, isSet }))
    this.#stampUse.push(...uses)
    try {
      return await work()
    } finally {
      for (const use of uses) this.#stampUse.splice(this.#stampUse.indexOf(use), 1)
    }
  }

  async #step(deed: string): Promise<void> {
    const { random, plan } = this.#setting
    const key = random.pick(plan.keys)
    const up = this.nodes.filter((node) => node.isUp)
    if (deed === 'open a load') return this.database.openOne()
    if (deed === 'look at Redis') return this.look(key)
    if (up.length === 0) return undefined
    if (deed === 'getOrSet on all') return void (await Promise.all(up.map((node) => this.read(node, key, 'getOrSet'))))
    const node = random.pick(up)
    if (deed === 'set' || deed === 'delete') return void (await this.write(node, deed, [key]))
    if (deed === 'clear') return void (await this.write(node, deed, plan.keys))
    if (deed === 'get' || deed === 'getOrSet') return void (await this.read(node, key, deed))
    const { space } = modelKeyOf(key)
    if (deed === 'clear a namespace') return this.invalidate(node, space, 0, 'delete')
    if (deed === 'invalidate')
      return this.invalidate(node, space, random.int(1, EVERY_TAG), random.pick(['delete', 'expire']))
    return this.#fault(deed, node)
  }

  async #fault(deed: string, node: CacheNode): Promise<void> {
    const { redis } = this.#setting
    const { ledger } = this
    if (deed === 'break Redis') return this.#break(node.commands)
    if (deed === 'break the bus') return this.#break(node.bus)
    if (deed === 'heal') return this.#heal()
    if (deed === 'kill' || deed === 'stop') return this.#restart(node, deed === 'kill')
    ledger.note(`Redis: ${deed}`)
    if (deed === 'trim') return redis.trim()
    const wiped = this.watch.wiping()
    await redis.flush()
    wiped()
  }

  async #break(link: Link): Promise<void> {
    if (link.isFaulty) return
    this.ledger.note(`${link.name}: ${await link.break(this.#setting.random)}`)
  }

  async #heal(): Promise<void> {
    const faulty = this.nodes.flatMap((node) => node.links).filter((link) => link.isFaulty)
    if (faulty.length === 0) return
    const link = this.#setting.random.pick(faulty)
    this.ledger.note(`${link.name} is healed`)
    await link.heal()
  }

  async #restart(node: CacheNode, isKilled: boolean): Promise<void> {
    if (this.nodes.some(({ isUp }) => !isUp)) return
    const { life } = node
    const keepsDirectory = this.#setting.random.chance(0.85)
    this.ledger.note(`${node.name} is ${isKilled ? 'killed' : 'stopped'}`)
    if (isKilled) await this.#kill(node, keepsDirectory)
    else await this.#stop(node)
    this.writes.lose(life)
    this.database.forget(life)
    await node.start()
  }

  /** What it did last it could not tell any more: no lease is sure to have outlived that. */
  async #kill(node: CacheNode, keepsDirectory: boolean): Promise<void> {
    const wiped = this.watch.wiping()
    await node.kill(keepsDirectory)
    wiped()
  }

  async #stop(node: CacheNode): Promise<void> {
    if (!(await node.stop(STOP_WITHIN_MS))) this.ledger.violate(`${node.name} does not close in time`)
  }

  async #acknowledged(writes: readonly Write[]): Promise<void> {
    for (const { key, version } of writes) this.ledger.acknowledge(key, version)
    const at = await this.#setting.redis.position()
    this.ledger.note(`${writes.map(({ key, version }) => `${key} ${version}`).join(', ')} on the bus by ${at}`)
    for (const { key, version } of writes) this.ledger.announce(key, version, at)
    await Promise.all(writes.map(({ key }) => this.look(key)))
  }

  #ended(node: CacheNode, life: object, { error, pending }: CallAnswer): void {
    const isClosing = !node.isUp || node.life !== life
    const isFair = error === undefined || error.includes(AWAY) || error.startsWith('LoadTimeoutError')
    if (!isFair && !(isClosing && error.startsWith('CacheClosedError'))) {
      this.ledger.violate(`a call on ${node.name} rejects: ${error}`)
    }
    if (pending === 0) this.writes.settle(life)
  }

  #node(name: string, at: number, commands: Link, bus: Link): CacheNode {
    const { plan, pool, prefix, stream, directory } = this.#setting
    const { hasDisk, maxEntries, ttlMs, graceMs, sabotage } = plan
    const life = {
      prefix,
      stream,
      directory: hasDisk ? `${directory}/${at}` : undefined,
      maxEntries,
      ttlMs,
      graceMs,
      lease: sabotage.lease === 'off' ? (false as const) : { duration: LEASE_MS },
      lostShare: sabotage.bus === 'lossy' ? 0.3 : 0,
      hasTags: plan.hasTags,
    }
    const listener: CacheNodeSetting['listener'] = (node) => ({
      load: (load) => this.database.load(node, load),
      deleted: (fact) => this.watch.deleted(fact),
    })
    const records = new Set(plan.keys.flatMap((key) => [key, ...allStampsOf(key, EVERY_TAG)]))
    return new CacheNode({ name, commands, bus, pool, ledger: this.ledger, life, listener }, [...records])
  }

  #own(work: Promise<void>): void {
    const owned = work
      .catch((error: unknown) => this.ledger.violate(`the checker itself: ${String(error)}`))
      .finally(() => this.#running.delete(owned))
    this.#running.add(owned)
  }
}

/** Those of both modes. */
function allStampsOf(key: string, tags: number): readonly string[] {
  const { space } = modelKeyOf(key)
  return [...stampKeysOf(space, tags, 'delete'), ...stampKeysOf(space, tags, 'expire')]
}

function callOf(deed: 'set' | 'delete' | 'clear', writes: readonly Write[], tags: number): NodeCall {
  const [first] = writes
  if (deed === 'clear' || first === undefined) return { do: 'clear' }
  const { key, version } = first
  return deed === 'set' ? { do: 'set', key, version, tags } : { do: 'delete', key }
}
