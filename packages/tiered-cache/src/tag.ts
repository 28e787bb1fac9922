import { shown } from './option-object.ts'

const MAX_TAG_BYTES = 1024
const MAX_NAME_BYTES = 256

/**
 * Refuses what is no list of tags: a tag is a string of 1 byte to 1 KiB (in UTF-8) that does not begin with U+0000.
 * @throws TypeError or RangeError naming the option and the value
 */
export function assertTags(option: string, tags: unknown): asserts tags is readonly string[] {
  if (!Array.isArray(tags)) throw new TypeError(`${option} must be an array of strings, got ${shown(tags)}`)
  for (let at = 0; at < tags.length; at++)
    if (!isShortTag(tags[at])) assertLabel(`${option}[${at}]`, tags[at], MAX_TAG_BYTES)
}

/** Certainly a tag: for it the words of an error are not put together. */
function isShortTag(tag: unknown): boolean {
  return typeof tag === 'string' && tag.length > 0 && tag.length * 3 <= MAX_TAG_BYTES && tag.charCodeAt(0) !== 0
}

/** Refuses what is no name of a namespace: a string of 1 to 256 bytes (in UTF-8) without U+0000. */
export function assertNamespace(name: unknown): asserts name is string {
  assertLabel('namespace', name, MAX_NAME_BYTES)
  if (name.includes('\u0000')) throw new RangeError('namespace must not hold U+0000')
}

function assertLabel(option: string, label: unknown, maxBytes: number): asserts label is string {
  if (typeof label !== 'string') throw new TypeError(`${option} must be a string, got ${shown(label)}`)
  if (label.length === 0) throw new RangeError(`${option} must not be empty, got '' (string)`)
  if (label.charCodeAt(0) === 0) throw new RangeError(`${option} must not begin with U+0000`)
  if (label.length * 3 > maxBytes && Buffer.byteLength(label) > maxBytes) {
    throw new RangeError(`${option} must be at most ${maxBytes} bytes, got ${Buffer.byteLength(label)} bytes`)
  }
}
