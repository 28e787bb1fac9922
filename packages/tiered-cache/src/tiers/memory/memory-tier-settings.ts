import { byteCount } from '../../bytes.ts'
import { type Duration, durationMs } from '../../duration.ts'
import { assertCount, assertName, assertOptions, shown } from '../../option-object.ts'
import type { RemovalCause } from '../tier.ts'
import type { CopyMode, MemoryPolicy, MemoryResize, MemoryTierOptions } from './memory-tier-options.ts'
import { retainedBytes } from './retained-bytes.ts'

const KNOWN = ['maxEntries', 'maxBytes', 'maxWeight', 'weigh', 'policy', 'copy', 'ttl', 'name', 'onRemoval', 'seed']
const POLICIES: readonly MemoryPolicy[] = ['tinylfu', 'lru', 'sieve']
const COPY_MODES: readonly CopyMode[] = ['reference', 'freeze', 'clone']
const DEFAULT_ENTRIES = 10_000
/** What the tier itself takes for an entry, about. */
export const OWN_BYTES = 96

/** How much a tier may hold. */
export interface MemoryBounds {
  maxEntries: number
  maxWeight: number
}

/** Options of a memory tier, checked, with all defaults. */
export interface MemoryTierSettings {
  readonly name: string
  readonly ttl: Duration | undefined
  /** `Infinity` where there is no such bound. */
  readonly bounds: Readonly<MemoryBounds>
  readonly isInBytes: boolean
  /** `undefined` where entries are only counted; `stored` is what the tier keeps of the value. */
  readonly weigh: ((value: unknown, key: string, stored: unknown) => number) | undefined
  readonly policy: MemoryPolicy
  readonly copy: CopyMode
  readonly onRemoval: ((key: string, value: unknown, cause: RemovalCause) => void) | undefined
  readonly seed: number
}

/** @throws TypeError or RangeError naming the option and the value */
export function resolveMemoryTierOptions<V>(options: MemoryTierOptions<V>): MemoryTierSettings {
  assertOptions('memoryTier options', options, KNOWN)
  const {
    maxBytes,
    maxWeight,
    weigh,
    policy = 'tinylfu',
    copy = 'reference',
    name = 'memory',
    ttl,
    onRemoval,
  } = options
  assertOneScale(maxBytes, maxWeight, weigh)
  const isWeighed = maxBytes !== undefined || weigh !== undefined
  const { maxEntries = isWeighed ? Infinity : DEFAULT_ENTRIES, seed = drawnSeed() } = options
  assertCount('maxEntries', maxEntries, 1)
  assertName('name', name)
  if (ttl !== undefined) durationMs('ttl', ttl)
  assertOneOf('policy', policy, POLICIES)
  assertOneOf('copy', copy, COPY_MODES)
  assertFunctionOrNone('onRemoval', onRemoval)
  assertSeed(seed)
  return {
    name,
    ttl,
    bounds: {
      maxEntries,
      maxWeight: maxBytes === undefined ? (maxWeight ?? Infinity) : byteCount('maxBytes', maxBytes, 1),
    },
    isInBytes: maxBytes !== undefined,
    weigh: maxBytes === undefined ? weighing(weigh) : (_value, key, stored) => OWN_BYTES + retainedBytes(stored, key),
    policy,
    copy,
    onRemoval: onRemoval as MemoryTierSettings['onRemoval'],
    seed: seed | 0,
  }
}

/** The bounds that a call of `resize` names. @throws TypeError or RangeError naming the option */
export function resolveResize(bounds: MemoryResize, { weigh, isInBytes }: MemoryTierSettings): Partial<MemoryBounds> {
  assertOptions('resize bounds', bounds, ['maxEntries', 'maxBytes', 'maxWeight'])
  const { maxEntries, maxBytes, maxWeight } = bounds
  if (maxEntries !== undefined) assertCount('maxEntries', maxEntries, 1)
  if (maxBytes !== undefined && !isInBytes) throw new TypeError('maxBytes needs a tier that was made with maxBytes')
  if (maxWeight !== undefined && (isInBytes || weigh === undefined)) {
    throw new TypeError('maxWeight needs a tier that was made with weigh')
  }
  if (maxWeight !== undefined) assertMaxWeight(maxWeight)
  const weight = maxBytes === undefined ? maxWeight : byteCount('maxBytes', maxBytes, 1)
  return {
    ...(maxEntries !== undefined && { maxEntries }),
    ...(weight !== undefined && { maxWeight: weight }),
  }
}

/** A bound on the weight of all entries. @throws TypeError or RangeError naming the option */
function assertMaxWeight(maxWeight: unknown): asserts maxWeight is number {
  if (typeof maxWeight !== 'number') throw new TypeError(`maxWeight must be a number, got ${shown(maxWeight)}`)
  if (!(maxWeight > 0)) throw new RangeError(`maxWeight must be more than zero, got ${shown(maxWeight)}`)
}

function assertOneScale(maxBytes: unknown, maxWeight: unknown, weigh: unknown): void {
  assertFunctionOrNone('weigh', weigh)
  if (maxBytes !== undefined && weigh !== undefined) {
    throw new TypeError('maxBytes must not be given with weigh: maxWeight bounds what your own function weighs')
  }
  if (maxBytes !== undefined && maxWeight !== undefined) {
    throw new TypeError('maxBytes must not be given with maxWeight: entries have one weight')
  }
  if ((weigh === undefined) !== (maxWeight === undefined)) {
    throw new TypeError('maxWeight and weigh must be given together, or neither of them')
  }
  if (maxWeight !== undefined) assertMaxWeight(maxWeight)
}

function weighing(weigh: ((value: never, key: string) => number) | undefined): MemoryTierSettings['weigh'] {
  if (weigh === undefined) return undefined
  return (value, key) => {
    const weight: unknown = weigh(value as never, key)
    if (typeof weight === 'number' && weight >= 0) return weight
    throw new RangeError(`weigh must give a number of zero or more, got ${shown(weight)}`)
  }
}

function assertOneOf(option: string, value: unknown, known: readonly string[]): void {
  if (known.includes(value as string)) return
  throw new TypeError(`${option} must be one of ${known.join(', ')}, got ${shown(value)}`)
}

function assertFunctionOrNone(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') {
    throw new TypeError(`${option} must be a function, got ${shown(value)}`)
  }
}

function assertSeed(seed: unknown): void {
  if (!Number.isInteger(seed)) throw new TypeError(`seed must be a whole number, got ${shown(seed)}`)
}

/** So that nobody outside can know which keys collide. */
function drawnSeed(): number {
  return crypto.getRandomValues(new Int32Array(1))[0]!
}
