/** An unseeded string hash of 32 bits that reads its key from left to right. */
interface Hash {
  readonly start: number
  step(state: number, code: number): number
  /** Two texts that lead from any state to the same next one, where they are known; else they are looked for. */
  readonly pair?: Pair
}

type Pair = readonly [string, string]

const HASHES = {
  /** `h * 31 + c`: String.hashCode of Java, copied everywhere. */
  times31: { start: 0, step: (state, code) => (Math.imul(state, 31) + code) | 0, pair: ['Aa', 'BB'] },
  /** Fowler-Noll-Vo 1a. */
  fnv1a: { start: 0x811c9dc5 | 0, step: (state, code) => Math.imul(state ^ code, 0x01000193) },
} as const satisfies Record<string, Hash>

/** The hashes there are collisions for. */
export type HashId = keyof typeof HASHES

/** The hash of a key. */
export function hashOf(id: HashId, key: string): number {
  return advance(HASHES[id], HASHES[id].start, key)
}

/**
 * `2 ** blocks` different keys of one hash: each block is one of two texts that lead from the same state to the same
 * next one, and every choice among the pairs collides (Joux, Multicollisions in iterated hash functions, 2004).
 */
export function collidingKeys(id: HashId, blocks: number): string[] {
  const hash: Hash = HASHES[id]
  let state = hash.start
  let keys = ['']
  for (let block = 0; block < blocks; block++) {
    const pair = hash.pair ?? collidingPair(hash, state)
    keys = keys.flatMap((key) => pair.map((text) => key + text))
    state = advance(hash, state, pair[0])
  }
  return keys
}

/** About 2 ** 16 tries, by the birthday paradox. */
function collidingPair(hash: Hash, from: number): Pair {
  const seen = new Map<number, string>()
  for (let count = 0; ; count++) {
    const text = spread(count)
    const state = advance(hash, from, text)
    const other = seen.get(state)
    if (other !== undefined) return [other, text]
    seen.set(state, text)
  }
}

/** Seven letters in no order: hashes as weak as these keep texts that follow each other apart. */
function spread(count: number): string {
  return (Math.imul(count, 0x9e3779b1) >>> 0).toString(36).padStart(7, '0')
}

function advance(hash: Hash, from: number, text: string): number {
  let state = from
  for (let index = 0; index < text.length; index++) state = hash.step(state, text.charCodeAt(index))
  return state
}
