/** A repeatable source of chance: the same seed gives the same run. */
export interface Random {
  readonly seed: number
  /** At least 0, below 1. */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number
  /** True with `probability` (0 to 1). */
  chance(probability: number): boolean
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T
  /** The elements in another order (Fisher-Yates); the list is left as it is. */
  shuffle<T>(list: readonly T[]): T[]
}

/** A {@link Random} on mulberry32 (Tommy Ettinger): 32 bits of state, good enough to choose test cases. */
export function seededRandom(seed: number): Random {
  const next = mulberry32(seed)
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return {
    seed,
    next,
    int,
    chance: (probability) => next() < probability,
    pick: <T>(list: readonly T[]) => list[int(0, list.length - 1)] as T,
    shuffle: (list) => shuffled(list, int),
  }
}

/** The seed of this run: `TEST_SEED` where it is set, else a new one. A random test names it in its title. */
export function testSeed(): number {
  const given = process.env['TEST_SEED']
  return given === undefined || given === '' ? Math.floor(Math.random() * 2 ** 32) : Number(given)
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function shuffled<T>(list: readonly T[], int: (min: number, max: number) => number): T[] {
  const copy = [...list]
  for (let last = copy.length - 1; last > 0; last--) {
    const other = int(0, last)
    const moved = copy[last] as T
    copy[last] = copy[other] as T
    copy[other] = moved
  }
  return copy
}
