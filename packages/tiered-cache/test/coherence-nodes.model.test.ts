import type { Duration, LoadContext } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { type Random, seededRandom, testSeed } from '@org/testkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { settled } from './gated-tier.fixture.ts'
import { Ledger } from './ledger.fixture.ts'
import { type Layout, NodeModel, type NodeSetting } from './node-model.fixture.ts'
import { RedisModel } from './redis-model.fixture.ts'

const RUNS = 1_500
const STEPS = 150
/** By name, how often each is done beside the others. */
type Deeds = Readonly<Record<string, number>>

const DEEDS: Deeds = {
  set: 5,
  delete: 6,
  get: 10,
  getOrSet: 10,
  'open a load': 8,
  'step of the bus': 14,
  'run of the bus': 2,
  command: 30,
  'a stray': 3,
  wait: 4,
  'calm down': 1,
  fault: 3,
}
const WITH_CLEARS: Deeds = { ...DEEDS, clear: 1 }
const CALM_FAULTS: Deeds = { evict: 1, crash: 1 }
const FAULTS: Deeds = { ...CALM_FAULTS, 'cut Redis': 1, 'cut the bus': 1, flush: 1, trim: 1 }
const AWAY = 'the database is away'

const LAYOUTS: readonly Layout[] = [
  ['memory', 'redis'],
  ['memory', 'redis'],
  ['memory', 'disk', 'redis'],
  ['memory', 'disk', 'redis'],
  ['memory', 'redis', 'disk'],
  ['disk', 'redis'],
  ['redis'],
  ['memory', 'disk'],
]

/** One load under way. */
interface Load {
  readonly node: NodeModel
  open(): void
}

/** A random history of one to three nodes over one Redis. A calm one has no faults but crashes, deletes and evictions. */
class History {
  readonly ledger = new Ledger()
  readonly #random: Random
  readonly #clock = new ManualClock()
  readonly #redis: RedisModel
  readonly #isCalm: boolean
  readonly #layout: Layout
  readonly #ttl: Duration
  readonly #keys: readonly string[]
  readonly #holdChance: number
  readonly #hasClears: boolean
  readonly #deeds: Deeds
  readonly #faults: Deeds
  readonly #nodes: NodeModel[] = []
  readonly #loads: Load[] = []
  /** Commands that may still have their effect though nobody waits for it. */
  readonly #strays: (() => void)[] = []
  readonly #calls = new Map<NodeModel, Set<Promise<void>>>()
  /** By key: how many write it, and whether one of them sets it. Values that are set at once with other writes have no order. */
  readonly #writing = new Map<string, { readonly node: NodeModel; readonly isSet: boolean }[]>()
  #isWaiting = false
  #isCalmingDown = false
  #isOver = false

  constructor(random: Random) {
    this.#random = random
    this.#isCalm = random.chance(0.3)
    this.#layout = random.pick(LAYOUTS)
    this.#ttl = random.pick<Duration>(['10s', '1h', '1h'])
    this.#keys = random.pick([['a'], ['a'], ['a', 'b']])
    this.#holdChance = random.pick([0.1, 0.3, 0.6, 1])
    this.#hasClears = random.chance(0.5)
    this.#deeds = leaning(random, this.#hasClears ? WITH_CLEARS : DEEDS)
    this.#faults = leaning(random, this.#isCalm ? CALM_FAULTS : FAULTS)
    this.#redis = new RedisModel(() => this.#clock.now(), random.chance(0.5))
    this.#redis.onStored = (key, entry) => {
      this.ledger.expect(`Redis was given ${key}`, entry.value as number, this.ledger.acknowledged(key))
    }
    const count = random.int(1, 3)
    for (let at = 0; at < count; at++) this.#start(at)
  }

  async play(): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      this.#step()
      await settled()
      if (this.#isWaiting) await this.#clock.advance(this.#random.pick([60, 300, 1_100, 1_100, 5_000, 11_000]))
      if (this.#isCalmingDown) await this.#calmDown()
      this.#isWaiting = false
      this.#isCalmingDown = false
    }
    await this.#comeToRest()
    await this.#checkRest()
  }

  #step(): void {
    const node = this.#random.pick(this.#nodes)
    const key = this.#random.pick(this.#keys)
    const deed = drawn(this.#random, this.#deeds)
    if (deed === 'set' || deed === 'delete') this.#write(node, key, deed === 'set')
    else if (deed === 'clear') this.#clear(node)
    else if (deed === 'get' || deed === 'getOrSet') this.#read(node, key, deed)
    else if (deed === 'open a load') this.#random.pick([...this.#loads, undefined])?.open()
    else if (deed === 'step of the bus') node.bus.step()
    else if (deed === 'run of the bus') node.bus.run()
    else if (deed === 'command') this.#command()
    else if (deed === 'a stray') this.#stray()
    else if (deed === 'wait') this.#isWaiting = true
    else if (deed === 'calm down') this.#isCalmingDown = true
    else this.#fault(node, key)
  }

  #command(): void {
    const held = this.#nodes.flatMap((node) => node.wires).flatMap((wire) => wire.held)
    if (held.length === 0) return
    const one = this.#random.pick(held)
    const fate = this.#random.next()
    if (fate < 0.35) one.takeEffect()
    else if (fate < 0.94 || this.#isCalm) one.answer()
    else one.fail()
    for (const node of this.#nodes) this.#strays.push(...node.takeStrays())
  }

  #stray(): void {
    if (this.#strays.length === 0) return
    this.#note('a stray comes')
    this.#strays.splice(this.#random.int(0, this.#strays.length - 1), 1)[0]?.()
  }

  #fault(node: NodeModel, key: string): void {
    const fault = drawn(this.#random, this.#faults)
    this.#note(`${node.name}, ${key}: ${fault}`)
    if (fault === 'evict') this.#redis.delete(key)
    else if (fault === 'crash') this.#crash(node)
    else if (fault === 'cut Redis') node.cutRedis(!node.redisWire.isCut)
    else if (fault === 'cut the bus') node.cutBus(!node.isBusCut)
    else if (fault === 'flush') this.#redis.flushAll()
    else this.#redis.stream.splice(0, this.#random.int(1, 3))
  }

  #note(line: string): void {
    this.ledger.note(`${this.#clock.monotonic()} ${line}`)
  }

  #start(at: number, before?: NodeModel): void {
    const setting: NodeSetting = {
      name: `node ${at}`,
      redis: this.#redis,
      ledger: this.ledger,
      keys: this.#keys,
      clock: this.#clock,
      layout: this.#layout,
      random: this.#random,
      isHeld: () => !this.#isOver && this.#random.chance(this.#holdChance),
      ttl: this.#ttl,
    }
    const node = new NodeModel(setting, before, this.#random.chance(0.8))
    this.#nodes[at] = node
    this.#calls.set(node, new Set())
  }

  #crash(node: NodeModel): void {
    this.#strays.push(...node.die())
    this.#calls.delete(node)
    for (const load of this.#loads.filter((each) => each.node === node))
      this.#loads.splice(this.#loads.indexOf(load), 1)
    for (const [key, writes] of this.#writing) {
      this.#writing.set(
        key,
        writes.filter((write) => write.node !== node),
      )
    }
    this.#start(this.#nodes.indexOf(node), node)
  }

  #write(node: NodeModel, key: string, isSet: boolean): void {
    const writes = this.#writing.get(key) ?? []
    if (isSet ? writes.length > 0 : writes.some((write) => write.isSet)) return
    const version = this.ledger.commit(key)
    node.announce(key, version)
    const write = { node, isSet }
    this.#writing.set(key, [...writes, write])
    const writing = isSet ? node.cache.set(key, version) : node.cache.delete(key)
    this.#own(node, this.#endWrite(node, key, version, write, writing))
  }

  /** As a delete of every key at once. */
  #clear(node: NodeModel): void {
    if (this.#keys.some((key) => this.#writing.get(key)?.some((write) => write.isSet) === true)) return
    const versions = this.#keys.map((key) => [key, this.ledger.commit(key)] as const)
    for (const [key, version] of versions) node.announce(key, version)
    const clearing = node.cache.clear()
    for (const [key, version] of versions) {
      const write = { node, isSet: false }
      this.#writing.set(key, [...(this.#writing.get(key) ?? []), write])
      this.#own(node, this.#endWrite(node, key, version, write, clearing))
    }
  }

  async #endWrite(
    node: NodeModel,
    key: string,
    version: number,
    write: { readonly node: NodeModel; readonly isSet: boolean },
    writing: Promise<{ readonly reached: boolean }>,
  ): Promise<void> {
    this.#note(`${node.name}: ${write.isSet ? 'set' : 'delete'} ${key} ${version} begins`)
    const { reached } = await writing
    this.#note(`${node.name}: write of ${key} ${version} ends, reached ${reached}`)
    node.wrote(key, version, reached)
    const left = this.#writing.get(key) ?? []
    this.#writing.set(
      key,
      left.filter((each) => each !== write),
    )
    const held = this.#redis.get(key)?.entry
    if (held !== undefined) this.#expect(`Redis holds ${key}`, held.value as number, this.ledger.acknowledged(key))
  }

  #read(node: NodeModel, key: string, verb: 'get' | 'getOrSet'): void {
    node.reads++
    const floor = node.floor(key)
    this.#note(`${node.name}: ${verb} ${key} begins, floor ${floor}`)
    const reading =
      verb === 'get' ? node.cache.get(key) : node.cache.getOrSet(key, (context) => this.#load(node, key, context))
    const check = async (): Promise<void> => {
      const version = await reading.catch((error: Error) => {
        if (error.message !== AWAY && error.name !== 'LoadTimeoutError') this.ledger.violations.push(String(error))
        return undefined
      })
      this.#note(`${node.name}: ${verb} ${key} gave ${version}, floor ${floor}`)
      if (version !== undefined) this.#expect(`${verb} gave ${key}`, version, floor)
    }
    this.#own(node, check())
  }

  /** Reads the database at once, or when it is opened; answers when it is opened. */
  #load(node: NodeModel, key: string, { stale, signal }: LoadContext<number>): Promise<number> {
    this.#countLoad(node, key)
    // A source that is asked "changed since?" and says no.
    if (stale !== undefined && stale.value === this.ledger.version(key)) return Promise.resolve(stale.value)
    if (this.#isOver) return Promise.resolve(this.ledger.version(key))
    const early = this.#random.chance(0.5) ? this.ledger.version(key) : undefined
    const fails = this.#random.chance(0.1)
    return new Promise((resolve, reject) => {
      const load: Load = {
        node,
        open: () => {
          this.#loads.splice(this.#loads.indexOf(load), 1)
          if (fails) reject(new Error(AWAY))
          else resolve(early ?? this.ledger.version(key))
        },
      }
      this.#loads.push(load)
      signal.addEventListener('abort', () => {
        if (this.#loads.includes(load)) load.open()
      })
    })
  }

  /** While Redis answers, a load has a lease of its own, but for those that begin during a clear. */
  #countLoad(node: NodeModel, key: string): void {
    const left = (node.grants.get(key) ?? 0) - 1
    if (left >= 0) node.grants.set(key, left)
    else if (this.#isCalm && !this.#hasClears && this.#layout.includes('redis') && this.#isAnswering(node)) {
      this.ledger.violations.push(`a load of ${key} began without a lease`)
    }
  }

  #isAnswering(node: NodeModel): boolean {
    const { faults, pending } = node.cache.stats().tiers['redis'] as { faults: number; pending: number }
    return faults === 0 && pending === 0
  }

  async #comeToRest(): Promise<void> {
    this.#isOver = true
    for (const stray of this.#strays.splice(0)) if (this.#random.chance(0.5)) stray()
    for (const node of this.#nodes) {
      node.cutRedis(false)
      node.cutBus(false)
      for (const wire of node.wires) wire.hold()
    }
    for (let turn = 0; turn < 4; turn++) {
      await this.#goOn()
      await this.#clock.advance(300)
    }
    // While what was stored is still fresh.
    for (const node of this.#nodes) for (const key of this.#keys) this.#read(node, key, 'get')
    for (let turn = 0; turn < 60; turn++) {
      await this.#goOn()
      await this.#clock.advance(500)
    }
    const calls = [...this.#calls.values()].flatMap((each) => [...each])
    await this.#inTime('every call ends', Promise.all(calls))
    await this.#inTime('nothing is under way', Promise.all(this.#nodes.map((node) => node.cache.idle())))
  }

  /** All is answered and heard, and there is time to write down where one is. */
  async #calmDown(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await this.#goOn()
      await this.#clock.advance(600)
    }
  }

  async #goOn(): Promise<void> {
    for (const load of this.#loads.slice()) load.open()
    for (const node of this.#nodes) {
      for (const wire of node.wires) {
        for (const command of wire.held.slice()) {
          command.answer()
          await settled()
        }
      }
      node.bus.run()
    }
    await settled()
  }

  /** One more write of each key, which everybody hears of: then all is as new as it, and is kept. */
  async #checkRest(): Promise<void> {
    for (const key of this.#keys) this.#write(this.#random.pick(this.#nodes), key, this.#random.chance(0.5))
    await settled()
    await this.#goOn()
    await this.#clock.advance(500)
    for (let round = 0; round < 2; round++) {
      for (const node of this.#nodes) {
        for (const key of this.#keys) await this.#checkKept(node, key, round)
        await this.#inTime('nothing is under way', node.cache.idle())
      }
    }
    for (const node of this.#nodes) this.#checkCounts(node)
  }

  async #checkKept(node: NodeModel, key: string, round: number): Promise<void> {
    const loads = node.cache.stats().loads
    node.reads++
    const version = await this.#inTime(
      'a read ends',
      node.cache.getOrSet(key, (context) => this.#load(node, key, context)),
    )
    if (version !== this.ledger.version(key)) this.ledger.violations.push(`${key} at rest: ${version}`)
    if (round > 0 && node.cache.stats().loads > loads) this.ledger.violations.push(`${key} is not kept`)
  }

  #checkCounts(node: NodeModel): void {
    const { requests, hits, misses, tiers } = node.cache.stats()
    if (requests !== node.reads || hits + misses !== node.reads) {
      this.ledger.violations.push(`${node.reads} reads, ${requests} requests, ${hits} hits, ${misses} misses`)
    }
    for (const [name, { pending }] of Object.entries(tiers)) {
      if (pending > 0) this.ledger.violations.push(`${name} waits for ${pending} at rest`)
    }
  }

  async #inTime<T>(what: string, work: Promise<T>): Promise<T | undefined> {
    const late = async (): Promise<undefined> => {
      for (let turn = 0; turn < 5; turn++) await this.#clock.advance(500)
      return undefined
    }
    let isDone = false
    const done = async (): Promise<T> => {
      const result = await work
      isDone = true
      return result
    }
    const first = await Promise.race([done(), settled().then(late)])
    if (!isDone) this.ledger.violations.push(`not in time: ${what}`)
    return first
  }

  #expect(what: string, version: number, floor: number): void {
    this.ledger.expect(what, version, floor)
  }

  #own(node: NodeModel, call: Promise<void>): void {
    this.#calls.get(node)?.add(call)
  }
}

/** The same, with some of them much more often or hardly ever. */
function leaning(random: Random, deeds: Deeds): Deeds {
  return Object.fromEntries(Object.entries(deeds).map(([name, share]) => [name, share * random.pick([0.1, 1, 1, 4])]))
}

function drawn(random: Random, deeds: Deeds): string {
  let left = random.next() * Object.values(deeds).reduce((sum, share) => sum + share)
  for (const [name, share] of Object.entries(deeds)) if ((left -= share) < 0) return name
  return Object.keys(deeds)[0] as string
}

describe('Coherence of many nodes', () => {
  const seed = testSeed()

  afterEach(() => {
    vi.restoreAllMocks()
  })

  it(`holds over random histories with faults (TEST_SEED=${seed})`, { timeout: 120_000 }, async () => {
    const runs = Number(process.env['TEST_RUNS'] ?? RUNS)
    for (let run = 0; run < runs; run++) {
      const jitter = seededRandom(seed + run + 1)
      // The pauses of who waits for a lease are random.
      vi.spyOn(Math, 'random').mockImplementation(() => jitter.next())
      const history = new History(seededRandom(seed + run))
      await history.play()
      if (history.ledger.violations.length > 0 && runs === 1) console.log(history.ledger.lines.join('\n'))
      expect(history.ledger.violations, `TEST_SEED=${seed + run} TEST_RUNS=1`).toEqual([])
    }
  })
})
