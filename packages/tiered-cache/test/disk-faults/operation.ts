import { seededRandom } from '@org/testkit'

/** One write: a set stores the version that is its number. */
export interface Operation {
  readonly number: number
  readonly kind: 'set' | 'delete'
  readonly key: string
  /** Of the value; 0 of a delete. */
  readonly bytes: number
}

/** What all operations of a directory follow from: who has the plan knows the operation of every number. */
export interface OperationPlan {
  readonly seed: number
  readonly keys: number
}

const GOLDEN = 0x9e3779b9
const DELETE_SHARE = 0.2
/** Small ones, one read of the disk, several pages, and such as are read off the loop. */
const SIZES = [
  [20, 200],
  [200, 2_000],
  [2_000, 12_000],
  [60_000, 90_000],
] as const
const SIZE_SHARES = [0.45, 0.8, 0.99]

export function operationAt({ seed, keys }: OperationPlan, number: number): Operation {
  const random = seededRandom((seed ^ Math.imul(number + 1, GOLDEN)) >>> 0)
  const key = keyAt(random.int(0, keys - 1))
  if (random.chance(DELETE_SHARE)) return { number, kind: 'delete', key, bytes: 0 }
  const share = random.next()
  const [least, most] = SIZES[SIZE_SHARES.filter((limit) => share >= limit).length] as (typeof SIZES)[number]
  return { number, kind: 'set', key, bytes: random.int(least, most) }
}

export function keysOf({ keys }: OperationPlan): string[] {
  return Array.from({ length: keys }, (_, index) => keyAt(index))
}

function keyAt(index: number): string {
  return `user:${index}:naïve/../key`
}
