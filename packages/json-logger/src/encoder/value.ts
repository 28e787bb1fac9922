import type { PathStep, Redactor } from '../redact.ts'
import { functionText } from './class-name.ts'
import { encodeRawHeaders, isRawHeaders } from './containers.ts'
import { encodeAnyObject } from './object-value.ts'
import { quote } from './quote.ts'
import { threw } from './threw.ts'
import { Walk } from './walk.ts'

/** Shown where not even the reason can be told: the stack was used up before the value was met. */
const UNREADABLE = '"[unreadable]"'

/**
 * The JSON text of any value: one line, safe on a terminal, redacted. What JSON has no word for is shown as a string in
 * brackets, never dropped. Never throws and never changes the value; runs its getters, `toJSON` and proxies, but not under
 * secret keys. O(room) in text and O(what is scrubbed) in time.
 * @param at where the value stands on the paths to redact
 * @param room most characters of the text; marks and closing brackets may take a little more
 * @param key under which the value stands: `rawHeaders` means a flat list of names and values
 */
export function encodeValue(
  value: unknown,
  redactor: Redactor,
  at: PathStep | undefined,
  room: number,
  key?: string,
): string {
  if (at !== undefined && redactor.isEnd(at)) return quote(redactor.mask)
  const walk = new Walk(redactor, room, encode)
  try {
    if (typeof value === 'string') return walk.text(value, room)
    return key !== undefined && isRawHeaders(key, value)
      ? encodeRawHeaders(walk, value, at, 0)
      : encode(walk, value, at, 0)
  } catch (error) {
    return failed(walk, error)
  }
}

function failed(walk: Walk, error: unknown): string {
  try {
    return threw(walk, error)
  } catch {
    return UNREADABLE
  }
}

function encode(walk: Walk, value: unknown, at: PathStep | undefined, depth: number): string {
  switch (typeof value) {
    case 'string':
      return walk.text(value)
    case 'number':
      return encodeNumber(walk, value)
    case 'boolean':
      return walk.wrote(value ? 'true' : 'false')
    case 'object':
      return value === null ? walk.wrote('null') : encodeAnyObject(walk, value, at, depth)
    case 'undefined':
      return walk.note('[undefined]')
    case 'function':
      return walk.note(functionText(value))
    case 'bigint':
      return walk.text(String(value))
    default:
      return walk.note(String(value))
  }
}

function encodeNumber(walk: Walk, value: number): string {
  const text = String(value)
  if (!Number.isFinite(value)) return walk.wrote(`"${text}"`)
  if (!walk.redactor.hasPatterns) return walk.wrote(text)
  const clean = walk.scrub(text)
  return clean === text ? walk.wrote(text) : walk.note(clean)
}
