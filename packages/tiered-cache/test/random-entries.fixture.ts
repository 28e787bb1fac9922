import type { Entry } from '@org/tiered-cache'
import type { Random } from '@org/testkit'
import type { LiveTags } from './live-tags.fixture.ts'

/** A value that no other entry has, so that an older one cannot be taken for it. */
interface Weighed {
  readonly id: number
  readonly weight: number
  readonly text: string
}

const WEIGHTS = [0, 0.5, 1, 1, 1, 2, 3, 5, 8, 12, 60, Infinity]
const HOUR_MS = 3_600_000

/** Weighs what {@link randomEntries} makes: exact sums, nothing, more than any bound, and more than any number. */
export function weightOf(value: unknown): number {
  return typeof value === 'object' ? (value as Weighed).weight : 1
}

/** Makes entries with lives and facts of all kinds, stored about `now`, with stamps of these tags. */
export function randomEntries(random: Random, tags: LiveTags): (now: number) => Entry {
  let id = 0
  const makeValue = (): unknown => {
    id++
    if (random.chance(0.2)) return random.pick<unknown>([id, `text ${id}`])
    return { id, weight: random.pick(WEIGHTS), text: 'x'.repeat(random.int(0, 200)) }
  }
  return (now) => {
    const storedAt = now - random.pick([0, 0, 0, 0.25, 3, -3])
    const staleAt = storedAt + ttlOf(random)
    const expiresAt = staleAt + random.pick([0, 0, 0, 8, 20.25, Infinity])
    const loadMs = random.pick([0, 0, 12.5, 3])
    const etag = random.pick([undefined, undefined, undefined, 'W/"1"', ''])
    return { value: makeValue(), storedAt, staleAt, expiresAt, loadMs, etag, stamps: tags.stamps(random) }
  }
}

/** Some are over already. */
function ttlOf(random: Random): number {
  return random.pick([
    random.int(1, 30),
    random.int(1, 30),
    random.next() * 30,
    random.int(100, 5_000),
    HOUR_MS,
    876_000 * HOUR_MS,
    Infinity,
    -10,
  ])
}
