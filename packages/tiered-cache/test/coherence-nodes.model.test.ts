import type { Duration, LoadContext } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { type Random, seededRandom, testSeed } from '@org/testkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { stampKey } from '../src/core/tags/stamp-keys.ts'
import { settled } from './gated-tier.fixture.ts'
import { Ledger } from './ledger.fixture.ts'
import { type Layout, NodeModel, type NodeSetting } from './node-model.fixture.ts'
import { RedisModel } from './redis-model.fixture.ts'
import {
  EVERY_TAG,
  type ModelKey,
  modelKey,
  namesOf,
  stampKeysOf,
  taggedValue,
  tagsOf,
  verbsOf,
  versionOf,
} from './tagged-version.fixture.ts'

const RUNS = 1_500
const STEPS = 150
const SHOWN_FAILURES = 10
/** Of reads at rest. In those before it a node may find out that it alone knows a stamp, which it made when it was cut off. */
const LAST_ROUND = 2
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
const TAG_DEEDS: Deeds = { delete: 2, invalidate: 5, 'clear a namespace': 1 }
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
  ['memory'],
]

const NO_TAG = 0
/** Sets of tags, one bit for each. */
const USUAL_TAGS = [1, 1, 1, 1, EVERY_TAG, EVERY_TAG, 2, NO_TAG]
const MODES = ['delete', 'expire'] as const
const KEYS: readonly (readonly ModelKey[])[] = [
  [modelKey('a')],
  [modelKey('a')],
  [modelKey('a'), modelKey('b')],
  [modelKey('a', 'n')],
  [modelKey('a'), modelKey('a', 'n'), modelKey('a', 'm')],
]

/** Checks a value that was given. */
type Promised = (what: string, value: number) => void

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
  readonly #keys: readonly ModelKey[]
  readonly #hasTags: boolean
  readonly #holdChance: number
  readonly #hasClears: boolean
  readonly #deeds: Deeds
  readonly #faults: Deeds
  readonly #nodes: NodeModel[] = []
  readonly #loads: Load[] = []
  /** Commands that may still have their effect though nobody waits for it. */
  readonly #strays: (() => void)[] = []
  readonly #calls = new Map<NodeModel, Set<Promise<void>>>()
  /** By key: who writes it, and whether he sets it, or a value with this stamp. Values that are set at once with other writes have no order. */
  readonly #writing = new Map<string, { readonly node: NodeModel; readonly isSet: boolean }[]>()
  #isWaiting = false
  #isCalmingDown = false
  #isOver = false

  constructor(random: Random) {
    this.#random = random
    this.#isCalm = random.chance(0.4)
    this.#layout = random.pick(LAYOUTS)
    this.#ttl = random.pick<Duration>(['10s', '1h', '1h'])
    this.#keys = random.pick(KEYS)
    this.#hasTags = random.chance(0.7)
    this.#holdChance = random.pick([0.1, 0.3, 0.6, 1])
    this.#hasClears = random.chance(0.5)
    const plain = this.#hasClears ? WITH_CLEARS : DEEDS
    this.#deeds = leaning(random, this.#hasTags ? { ...plain, ...TAG_DEEDS } : plain)
    this.#faults = leaning(random, this.#isCalm ? CALM_FAULTS : FAULTS)
    this.#redis = new RedisModel(() => this.#clock.now(), random.chance(0.5))
    this.#redis.onStored = (key, entry) => {
      if (typeof entry.value !== 'number') return
      this.ledger.expect(`Redis was given ${key}`, versionOf(entry.value), this.ledger.acknowledged(key))
    }
    const count = random.int(1, 3)
    for (let at = 0; at < count; at++) this.#start(at)
  }

  async play(): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      this.#step()
      await settled()
      this.#lookAtRedis()
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
    else if (deed === 'invalidate') this.#invalidate(node, key.space, this.#random.int(1, EVERY_TAG))
    else if (deed === 'clear a namespace') this.#clearSpace(node, key.space)
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

  #fault(node: NodeModel, { stored, space }: ModelKey): void {
    const fault = drawn(this.#random, this.#faults)
    this.#note(`${node.name}, ${stored}: ${fault}`)
    if (fault === 'evict') {
      const stamps = MODES.flatMap((mode) => stampKeysOf(space, EVERY_TAG, mode))
      this.#redis.delete(this.#hasTags ? this.#random.pick([stored, ...stamps]) : stored)
    } else if (fault === 'crash') this.#crash(node)
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
      keys: this.#keys.map(({ stored }) => stored),
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

  #write(node: NodeModel, key: ModelKey, isSet: boolean): void {
    const { stored, short, space } = key
    const tags = isSet ? this.#tagsOfValue() : NO_TAG
    if (isSet ? this.#isWritten([stored]) : this.#isSet([stored])) return
    // Values that are set at once with the invalidation of a tag of theirs by another node have no order either.
    const stamps = MODES.flatMap((mode) => stampKeysOf(space, tags, mode))
    if (isSet && this.#isWritten(stamps, node)) return
    const version = this.ledger.commit(stored)
    // What outlives its stamps lets them live for longer.
    const ttl = this.#hasTags && isSet ? this.#random.pick<Duration>([this.#ttl, '1d', '10d', '100d']) : this.#ttl
    const verbs = verbsOf(node.cache, space)
    const what = isSet ? `set with ${tags} of` : 'delete of'
    this.#follow(node, what, [stored], version, isSet ? [stored, ...stamps] : [], () =>
      isSet ? verbs.set(short, taggedValue(version, tags), { ttl, tags: namesOf(tags) }) : verbs.delete(short),
    )
  }

  /** As a delete of every key at once. */
  #clear(node: NodeModel): void {
    const keys = this.#keys.map(({ stored }) => stored)
    if (this.#isSet(keys)) return
    this.#follow(node, 'clear', keys, this.ledger.commitAll(keys), [], () => node.cache.clear())
  }

  #invalidate(node: NodeModel, space: string, tags: number): void {
    const mode = this.#random.pick(MODES)
    const root = stampKeysOf(space, NO_TAG, mode)
    const stamps = stampKeysOf(space, tags, mode).filter((key) => !root.includes(key))
    if (this.#isSet(stamps, node)) return
    const version = this.ledger.commitAll(this.#keys.map(({ stored }) => stored))
    const verbs = verbsOf(node.cache, space)
    this.#follow(node, `invalidate (${mode})`, stamps, version, [], () => verbs.invalidateTag(namesOf(tags), { mode }))
  }

  #clearSpace(node: NodeModel, space: string): void {
    const stamps = stampKeysOf(space, NO_TAG, 'delete')
    if (space === '' || this.#isSet(stamps, node)) return
    const version = this.ledger.commitAll(this.#keys.map(({ stored }) => stored))
    this.#follow(node, 'clear of a namespace', stamps, version, [], () => verbsOf(node.cache, space).clear())
  }

  /** Most often the same ones: values that are asked for with other tags are loaded anew. */
  #tagsOfValue(): number {
    return this.#hasTags ? this.#random.pick(USUAL_TAGS) : NO_TAG
  }

  /** Whether one of them is being written, by other nodes than this one. */
  #isWritten(keys: readonly string[], but?: NodeModel): boolean {
    return keys.some((key) => this.#writing.get(key)?.some(({ node }) => node !== but) === true)
  }

  /** Whether a value is being set under one of them, or with a stamp of these, by other nodes than this one. */
  #isSet(keys: readonly string[], but?: NodeModel): boolean {
    return keys.some((key) => this.#writing.get(key)?.some(({ node, isSet }) => isSet && node !== but) === true)
  }

  /** A write of these records, which is announced as `version`; `set` are those whose value it is, or is stored with. */
  #follow(
    node: NodeModel,
    what: string,
    keys: readonly string[],
    version: number,
    set: readonly string[],
    begin: () => Promise<{ readonly reached: boolean }>,
  ): void {
    for (const key of keys) node.announce(key, version)
    const write = { node, isSet: set.length > 0 }
    const touched = new Set([...keys, ...set])
    for (const key of touched) this.#writing.set(key, [...(this.#writing.get(key) ?? []), write])
    this.#note(`${node.name}: ${what} ${keys.join()} ${version} begins`)
    const end = async (): Promise<void> => {
      const { reached } = await begin()
      this.#note(`${node.name}: ${what} ${keys.join()} ${version} ends, reached ${reached}`)
      for (const key of keys) node.wrote(key, version, reached)
      for (const key of touched) {
        const left = this.#writing.get(key) ?? []
        this.#writing.set(
          key,
          left.filter((each) => each !== write),
        )
      }
      this.#lookAtRedis()
    }
    this.#own(node, end())
  }

  /** Nothing in it is older than what was acknowledged, but for what its readers find out by its stamps. */
  #lookAtRedis(): void {
    for (const { stored, space } of this.#keys) {
      const entry = this.#redis.get(stored)?.entry
      if (entry === undefined) continue
      const [version, tags] = [versionOf(entry.value as number), tagsOf(entry.value as number)]
      this.#expect(`Redis holds ${stored}`, version, this.ledger.acknowledged(stored))
      if (!entry.stamps.every(({ tag, delete: id }) => this.#redis.get(stampKey(tag, 'delete'))?.entry?.value === id))
        continue
      for (const key of stampKeysOf(space, tags, 'delete'))
        this.#expect(`Redis holds ${stored} as valid`, version, this.ledger.acknowledged(key))
      if (!entry.stamps.every(({ tag, expire: id }) => this.#redis.get(stampKey(tag, 'expire'))?.entry?.value === id))
        continue
      for (const key of stampKeysOf(space, tags, 'expire'))
        this.#expect(`Redis holds ${stored} as fresh`, version, this.ledger.acknowledged(key))
    }
  }

  #read(node: NodeModel, key: ModelKey, verb: 'get' | 'getOrSet'): void {
    node.reads++
    const { stored, short, space } = key
    const promise = this.#promiseOf(node, key, verb)
    // Who only reads names tags now and then.
    const tags = verb === 'getOrSet' || this.#random.chance(0.2) ? this.#tagsOfValue() : NO_TAG
    const named = { tags: namesOf(tags) }
    this.#note(`${node.name}: ${verb} ${stored} with ${tags} begins, floor ${node.floor(stored)}`)
    const verbs = verbsOf(node.cache, space)
    const reading =
      verb === 'get'
        ? verbs.get(short, named)
        : verbs.getOrSet(short, (context) => this.#load(node, key, tags, context, promise), named)
    const check = async (): Promise<void> => {
      const value = await reading.catch((error: Error) => {
        if (error.message !== AWAY && error.name !== 'LoadTimeoutError') this.ledger.violations.push(String(error))
        return undefined
      })
      this.#note(`${node.name}: ${verb} ${stored} gave ${value && `${versionOf(value)} with ${tagsOf(value)}`}`)
      if (value === undefined) return
      promise(`${verb} gave ${stored}`, value)
      if ((tagsOf(value) & tags) !== tags) this.ledger.violations.push(`${verb} gave ${stored} without its tags`)
    }
    this.#own(node, check())
  }

  /** What a read that begins now may give: the answer checks a value. Expired values are for `getOrSet` alone. */
  #promiseOf(node: NodeModel, { stored, space }: ModelKey, verb: 'get' | 'getOrSet'): Promised {
    const keysOf = (tags: number): readonly string[] => [
      ...stampKeysOf(space, tags, 'delete'),
      ...(verb === 'get' ? stampKeysOf(space, tags, 'expire') : []),
    ]
    const floors = new Map([stored, ...keysOf(EVERY_TAG)].map((key) => [key, node.floor(key)]))
    return (what, value) => {
      for (const key of [stored, ...keysOf(tagsOf(value))])
        this.#expect(`${what} (by ${key})`, versionOf(value), floors.get(key) ?? 0)
    }
  }

  /** Reads the database at once, or when it is opened; answers when it is opened. */
  #load(
    node: NodeModel,
    { stored }: ModelKey,
    tags: number,
    { stale, signal, notModified }: LoadContext<number>,
    promise: Promised,
  ): Promise<number> {
    this.#countLoad(node, stored)
    if (stale !== undefined) promise(`a loader of ${stored} was given`, stale.value)
    const answer = (version: number): number => taggedValue(version, tags)
    // A source that is asked "changed since?" and says no.
    if (stale !== undefined && versionOf(stale.value) === this.ledger.version(stored)) {
      const isSame = tagsOf(stale.value) === tags
      return isSame && this.#random.chance(0.5)
        ? Promise.resolve(notModified())
        : Promise.resolve(answer(versionOf(stale.value)))
    }
    if (this.#isOver) return Promise.resolve(answer(this.ledger.version(stored)))
    const early = this.#random.chance(0.5) ? this.ledger.version(stored) : undefined
    const fails = this.#random.chance(0.1)
    return new Promise((resolve, reject) => {
      const load: Load = {
        node,
        open: () => {
          this.#loads.splice(this.#loads.indexOf(load), 1)
          if (fails) reject(new Error(AWAY))
          else resolve(answer(early ?? this.ledger.version(stored)))
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
    for (const key of this.#keys) {
      this.#write(this.#random.pick(this.#nodes), key, this.#random.chance(0.5))
      await settled()
    }
    await this.#goOn()
    await this.#clock.advance(500)
    for (let round = 0; round <= LAST_ROUND; round++) {
      for (const node of this.#nodes) {
        for (const key of this.#keys) await this.#checkKept(node, key, round)
        await this.#inTime('nothing is under way', node.cache.idle())
      }
    }
    for (const node of this.#nodes) this.#checkCounts(node)
  }

  async #checkKept(node: NodeModel, key: ModelKey, round: number): Promise<void> {
    const { stored, short, space } = key
    const loads = node.cache.stats().loads
    const tags = this.#hasTags ? 1 : NO_TAG
    const promise = this.#promiseOf(node, key, 'getOrSet')
    node.reads++
    const value = await this.#inTime(
      'a read ends',
      verbsOf(node.cache, space).getOrSet(short, (context) => this.#load(node, key, tags, context, promise), {
        tags: namesOf(tags),
      }),
    )
    if (value === undefined || versionOf(value) !== this.ledger.version(stored))
      this.ledger.violations.push(`${stored} at rest: ${value && versionOf(value)}`)
    if (round === LAST_ROUND && node.cache.stats().loads > loads) this.ledger.violations.push(`${stored} is not kept`)
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
    const failed: string[] = []
    for (let run = 0; run < runs && failed.length < SHOWN_FAILURES; run++) {
      const jitter = seededRandom(seed + run + 1)
      // The pauses of who waits for a lease are random.
      vi.spyOn(Math, 'random').mockImplementation(() => jitter.next())
      const history = new History(seededRandom(seed + run))
      await history.play()
      const { violations, lines } = history.ledger
      if (violations.length > 0 && runs === 1) console.log(lines.join('\n'))
      if (violations.length > 0) failed.push(`TEST_SEED=${seed + run} TEST_RUNS=1: ${violations.join('; ')}`)
    }
    expect(failed).toEqual([])
  })
})
