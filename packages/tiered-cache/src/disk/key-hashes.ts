import { mixed } from '../policies/tinylfu/key-hash.ts'

const FACTOR = 0x9e37_79b1
const OTHER_FACTOR = 0x85eb_ca77

/**
 * The 64-bit hashes of keys in one directory, as two halves of 32 bits, each seeded and made as `hashOf` makes them: even and odd code
 * units go two ways, mixed together at the end. Two keys that share both halves cost a miss, never a wrong value: the key itself is in
 * the record.
 */
export class KeyHashes {
  /** Of the key that was {@link take}n last. */
  high = 0
  low = 0
  readonly #highSeed: number
  readonly #lowSeed: number

  constructor(seed: number) {
    this.#highSeed = mixed(seed | 0)
    this.#lowSeed = mixed(~seed)
  }

  /** Both halves in one pass, and without an object for them: this is the path of every read. */
  take(key: string): void {
    let evenHigh = this.#highSeed ^ key.length
    let evenLow = this.#lowSeed ^ key.length
    let oddHigh = mixed(evenHigh)
    let oddLow = mixed(evenLow)
    let at = 0
    for (const pairs = key.length - 1; at < pairs; at += 2) {
      const even = key.charCodeAt(at)
      const odd = key.charCodeAt(at + 1)
      evenHigh = Math.imul(evenHigh ^ even, FACTOR)
      oddHigh = Math.imul(oddHigh ^ odd, FACTOR)
      evenLow = Math.imul(evenLow ^ even, OTHER_FACTOR)
      oddLow = Math.imul(oddLow ^ odd, OTHER_FACTOR)
      evenHigh ^= evenHigh >>> 15
      oddHigh ^= oddHigh >>> 15
      evenLow ^= evenLow >>> 14
      oddLow ^= oddLow >>> 14
    }
    if (at < key.length) {
      evenHigh = Math.imul(evenHigh ^ key.charCodeAt(at), FACTOR)
      evenLow = Math.imul(evenLow ^ key.charCodeAt(at), OTHER_FACTOR)
    }
    this.high = mixed(mixed(evenHigh) ^ oddHigh) >>> 0
    this.low = mixed(mixed(evenLow) ^ oddLow) >>> 0
  }
}
