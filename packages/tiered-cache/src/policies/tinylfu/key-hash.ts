const FACTOR = 0x9e37_79b1

/**
 * A hash of 32 bits, seeded, so that nobody outside can make keys that collide. Even and odd code units go two ways, which a
 * processor takes side by side: a multiplication and a shift each, mixed together at the end. A code unit never reaches the top
 * bit before a multiplication, where a difference would pass unchanged under every seed. It need not be more: what collides
 * shares a frequency, and Map keeps the keys themselves.
 */
export function hashOf(key: string, seed: number): number {
  let even = seed ^ key.length
  let odd = mixed(seed)
  let at = 0
  for (const pairs = key.length - 1; at < pairs; at += 2) {
    even = Math.imul(even ^ key.charCodeAt(at), FACTOR)
    odd = Math.imul(odd ^ key.charCodeAt(at + 1), FACTOR)
    even ^= even >>> 15
    odd ^= odd >>> 15
  }
  if (at < key.length) even = Math.imul(even ^ key.charCodeAt(at), FACTOR)
  return mixed(mixed(even) ^ odd)
}

/** Every bit of the answer depends on all bits of the hash. */
export function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35)
  return bits ^ (bits >>> 16)
}
