import type { PathStep } from '../redact.ts'
import { moreMark } from '../more-mark.ts'
import { MAX_DEPTH, MAX_NAME, MAX_WIDTH } from './limits.ts'
import { ObjectText } from './object-text.ts'
import { threw } from './threw.ts'
import type { Walk } from './walk.ts'

/** Listing keys costs about this many times as much as scrubbing a character. */
const WORK_OF_KEY = 8

const RAW_HEADERS: ReadonlySet<string> = new Set(['rawHeaders', 'rawTrailers'])

/** An object by its own enumerable string keys. Symbols are left out on purpose: behind them stand internals and secrets. */
export function encodeObject(
  walk: Walk,
  source: object,
  keys: readonly string[],
  at: PathStep | undefined,
  depth: number,
): string {
  let text = ''
  let index = 0
  // The usual object: no key has to be changed, so none can come to stand twice.
  if (at === undefined && keys.length <= MAX_WIDTH && !walk.redactor.hasPatterns) {
    for (; index < keys.length && walk.left > 0; index++) {
      const key = keys[index] as string
      if (key.length > MAX_NAME) break
      const member = walk.keys.of(key)
      if (member.mayScrub) break
      walk.left -= member.next.length + 1
      text += index === 0 ? `{${member.text}` : member.next
      text += member.isSecret ? walk.mask() : encodeRead(walk, source, key, undefined, depth)
    }
    if (index === keys.length && index > 0) return `${text}}`
  }
  const object = new ObjectText(walk, keys, text)
  return object.end(addMembers(walk, object, source, keys, at, depth, index))
}

/** Writes the members of `source` that `keys` name, from one of them on, and answers how many had no room. */
export function addMembers(
  walk: Walk,
  object: ObjectText,
  source: object,
  keys: readonly string[],
  at: PathStep | undefined,
  depth: number,
  from = 0,
): number {
  walk.work -= keys.length * WORK_OF_KEY
  const width = Math.min(keys.length, MAX_WIDTH)
  for (let index = from; index < width; index++) {
    if (walk.left <= 0) return keys.length - index
    const key = keys[index] as string
    object.key(key)
    object.value(encodeMember(walk, source, key, at, depth))
  }
  return keys.length - width
}

/** One member, read only if it is not secret; where reading it throws, that is its text. */
export function encodeMember(walk: Walk, source: object, key: string, at: PathStep | undefined, depth: number): string {
  const next = at === undefined ? undefined : walk.redactor.step(at, key)
  return walk.hides(key, next) ? walk.mask() : encodeRead(walk, source, key, next, depth)
}

function encodeRead(walk: Walk, source: object, key: string, next: PathStep | undefined, depth: number): string {
  try {
    const value = (source as Record<string, unknown>)[key]
    return typeof value === 'object' && isRawHeaders(key, value)
      ? encodeRawHeaders(walk, value, next, depth + 1)
      : walk.encode(walk, value, next, depth + 1)
  } catch (error) {
    return threw(walk, error)
  }
}

/** An array by its indices; holes are shown as undefined. */
export function encodeArray(walk: Walk, list: readonly unknown[], at: PathStep | undefined, depth: number): string {
  return encodeList(walk, list.length, at, (index, next) => walk.encode(walk, list[index], next, depth + 1))
}

/** Whether a value is Node's flat list of header names and values, as the key under which it stands says. */
export function isRawHeaders(key: string, value: unknown): value is readonly unknown[] {
  return RAW_HEADERS.has(key) && Array.isArray(value)
}

/** Node's flat list of header names and values: the value after a secret name is hidden. */
export function encodeRawHeaders(
  walk: Walk,
  list: readonly unknown[],
  at: PathStep | undefined,
  depth: number,
): string {
  if (depth >= MAX_DEPTH) return walk.encode(walk, list, at, depth)
  return encodeList(walk, list.length, at, (index, next) => {
    const name = index % 2 === 1 ? list[index - 1] : undefined
    if (typeof name === 'string' && walk.redactor.isSecretKey(name)) return walk.mask()
    return walk.encode(walk, list[index], next, depth + 1)
  })
}

/** Elements by index, as many as there is room for, and a mark for the rest. */
export function encodeList(
  walk: Walk,
  length: number,
  at: PathStep | undefined,
  encodeAt: (index: number, next: PathStep | undefined) => string,
): string {
  let text = ''
  const width = Math.min(length, MAX_WIDTH)
  let index = 0
  for (; index < width && walk.left > 0; index++) {
    if (index > 0) text += ','
    text += encodeElement(walk, index, at, encodeAt)
    walk.left -= 1
  }
  if (index < length) text += `${index > 0 ? ',' : ''}${walk.note(moreMark(length - index))}`
  walk.left -= 2
  return `[${text}]`
}

function encodeElement(
  walk: Walk,
  index: number,
  at: PathStep | undefined,
  encodeAt: (index: number, next: PathStep | undefined) => string,
): string {
  const next = at === undefined ? undefined : walk.redactor.step(at, String(index))
  if (next !== undefined && walk.redactor.isEnd(next)) return walk.mask()
  try {
    return encodeAt(index, next)
  } catch (error) {
    return threw(walk, error)
  }
}
