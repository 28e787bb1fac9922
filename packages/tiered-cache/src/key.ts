import { shown } from './option-object.ts'

const MAX_KEY_BYTES = 4096

/** Marks the keys that no user gives: of the cache's own records, and of namespaces. */
const OWN = '\u0000'
/** What follows it in keys of namespaces: no name of an own record begins with it. */
const NAMESPACE_CODE = 64
const NAMESPACE = '@'

/** The key of a record of the cache itself: no user has it. */
export function ownKey(name: string): string {
  return OWN + name
}

/** Whether a key, as tiers have it, is that of a record of the cache itself. */
export function isOwnKey(key: string): boolean {
  return key.charCodeAt(0) === 0 && key.charCodeAt(1) !== NAMESPACE_CODE
}

/** What the keys of a namespace begin with in tiers. No name holds U+0000, so no two namespaces have a key in common. */
export function namespacePrefix(name: string): string {
  return OWN + NAMESPACE + name + OWN
}

/** Whether a tier is asked for a key of a namespace. */
export function isNamespaced(key: string): boolean {
  return key.charCodeAt(0) === 0 && key.charCodeAt(1) === NAMESPACE_CODE
}

/** Of a key for which {@link isNamespaced}, where its prefix ends. */
export function namespaceEnd(key: string): number {
  return key.indexOf(OWN, 2) + 1
}

/** A key as it is called by who uses it: of the cache itself where it has no namespace. */
export interface KeyName {
  readonly key: string
  readonly namespace: string | undefined
}

/** How a key, as tiers have it, is called by who uses it. */
export function nameOf(stored: string): KeyName {
  if (!isNamespaced(stored)) return { key: stored, namespace: undefined }
  const end = namespaceEnd(stored)
  return { key: stored.slice(end), namespace: stored.slice(2, end - 1) }
}

/**
 * Refuses what is no key: a key is a string of 1 byte to 4 KiB (in UTF-8) that does not begin with U+0000.
 * @throws TypeError or RangeError that says what is wrong. O(1) for keys of up to 1365 characters.
 */
export function assertKey(key: unknown): asserts key is string {
  if (typeof key !== 'string') throw new TypeError(`key must be a string, got ${shown(key)}`)
  if (key.length === 0) throw new RangeError("key must not be empty, got '' (string)")
  if (key.charCodeAt(0) === 0)
    throw new RangeError('key must not begin with U+0000, which marks keys of the cache itself')
  // A UTF-16 unit is at most 3 bytes of UTF-8.
  if (key.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new RangeError(`key must be at most ${MAX_KEY_BYTES} bytes, got ${Buffer.byteLength(key)} bytes`)
  }
}
