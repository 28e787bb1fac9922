import type { Random } from '@org/testkit'
import { modelKey } from '../tagged-version.fixture.ts'

/** By name, how often each deed is done beside the others. */
export type Deeds = Readonly<Record<string, number>>

/** What is switched off or broken on purpose, so that the checker has something to find. */
export interface Sabotage {
  readonly lease?: 'off' | undefined
  readonly bus?: 'lossy' | undefined
}

/** What one seed plays: everything that is chosen before it begins. */
export interface Plan {
  readonly nodes: number
  /** As tiers have them, with the prefix of a namespace. */
  readonly keys: readonly string[]
  /** Whether values have tags, by chance. */
  readonly hasTags: boolean
  readonly steps: number
  readonly hasDisk: boolean
  readonly maxEntries: number
  readonly ttlMs: number
  readonly graceMs: number
  /** The share of loads that are held until a step opens them. */
  readonly heldShare: number
  readonly longestPauseMs: number
  readonly deeds: Deeds
  readonly sabotage: Sabotage
}

/** Keys that are called the same. */
const IN_NAMESPACES: readonly string[] = ['', 'n', 'm'].map((space) => modelKey('a', space).stored)
const DEEDS: Deeds = {
  set: 5,
  delete: 6,
  clear: 0.3,
  get: 8,
  getOrSet: 14,
  'getOrSet on all': 3,
  'open a load': 8,
  'look at Redis': 3,
}
const TAG_DEEDS: Deeds = { invalidate: 4, 'clear a namespace': 1 }
const CALM: Deeds = {}
const FAULTS: Deeds = { 'break Redis': 1, 'break the bus': 1, heal: 3, kill: 0.7, stop: 0.3, flush: 0.15, trim: 0.3 }
/** Nodes that hear late of others while Redis answers them: what the bus alone keeps new. */
const DEAF: Deeds = { 'break the bus': 2, heal: 1, kill: 0.3 }

/** A plan by chance: some deeds are much more frequent than usual, or hardly ever done. */
export function randomPlan(random: Random): Plan {
  const faults = random.pick([CALM, DEAF, FAULTS, FAULTS])
  const plan = base(random)
  const deeds = plan.hasTags ? { ...DEEDS, ...TAG_DEEDS } : DEEDS
  return { ...plan, deeds: { ...leaning(random, deeds), ...leaning(random, faults) }, sabotage: {} }
}

/** A plan without faults in which what is switched off shows soon: slow loads, and deletes while they run. */
export function plainPlan(random: Random, sabotage: Sabotage): Plan {
  return { ...base(random), keys: ['a', 'b'], hasTags: false, ttlMs: 3_600_000, heldShare: 0.5, deeds: DEEDS, sabotage }
}

/** A deed by chance. */
export function drawn(random: Random, deeds: Deeds): string {
  let left = random.next() * Object.values(deeds).reduce((sum, share) => sum + share)
  for (const [name, share] of Object.entries(deeds)) if ((left -= share) < 0) return name
  return Object.keys(deeds)[0] as string
}

function base(random: Random): Omit<Plan, 'deeds' | 'sabotage'> {
  return {
    nodes: random.int(3, 5),
    keys: random.pick([['a'], ['a', 'b'], ['a', 'b', 'c', 'd'], IN_NAMESPACES, IN_NAMESPACES]),
    hasTags: random.chance(0.7),
    steps: 250,
    hasDisk: random.chance(0.75),
    maxEntries: random.pick([1, 2, 100]),
    ttlMs: random.pick([300, 10_000, 3_600_000]),
    graceMs: random.pick([0, 10_000, 10_000]),
    heldShare: random.pick([0.1, 0.3, 0.6]),
    longestPauseMs: random.pick([2, 10, 30]),
  }
}

function leaning(random: Random, deeds: Deeds): Deeds {
  return Object.fromEntries(Object.entries(deeds).map(([name, share]) => [name, share * random.pick([0.2, 1, 1, 3])]))
}
