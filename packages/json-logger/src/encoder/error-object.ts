import type { PathStep } from '../redact.ts'
import { addMembers, encodeMember } from './containers.ts'
import { errorType, hidesStack } from './error-parts.ts'
import { MAX_WIDTH } from './limits.ts'
import { ObjectText } from './object-text.ts'
import { quote } from './quote.ts'
import type { Walk } from './walk.ts'

/** What an error says by itself, in the order in which it is written; mostly not enumerable. */
const PARTS = ['message', 'code', 'stack', 'cause', 'errors']
const NOT_EXTRA: ReadonlySet<string> = new Set(['name', ...PARTS])

/** The mark of a member that is declared but was given no value. */
const UNDEFINED = quote('[undefined]')

/** An error as `{type, message, code, stack, cause, errors}` and whatever else it has of its own. */
export function encodeErrorObject(walk: Walk, error: object, at: PathStep | undefined, depth: number): string {
  const extras = ownKeys(error)
  const object = new ObjectText(walk, [...PARTS, ...extras.slice(0, MAX_WIDTH)])
  object.fixedKey('type')
  object.value(walk.note(errorType(error, walk.redactor, at)))
  let hidden = 0
  for (const part of PARTS) {
    if (!isThere(error, part)) continue
    if (walk.left > 0) addPart(walk, object, error, part, at, depth)
    else hidden++
  }
  return object.end(hidden + addMembers(walk, object, error, extras, at, depth))
}

function addPart(
  walk: Walk,
  object: ObjectText,
  error: object,
  part: string,
  at: PathStep | undefined,
  depth: number,
): void {
  const isMasked = part === 'stack' && hidesStack(error, walk.redactor, at)
  const json = isMasked ? walk.mask() : encodeMember(walk, error, part, at, depth)
  if (json === UNDEFINED) return
  object.fixedKey(part)
  object.value(json)
}

function isThere(error: object, key: string): boolean {
  try {
    return key in error
  } catch {
    return false
  }
}

function ownKeys(error: object): readonly string[] {
  try {
    return Object.keys(error).filter((key) => !NOT_EXTRA.has(key))
  } catch {
    return []
  }
}
