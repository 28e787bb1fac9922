import { types } from 'node:util'
import { decodeText, encodeText } from '../../codec/structured.ts'
import { UnstorableValueError } from '../../errors.ts'
import type { CopyMode } from './memory-tier-options.ts'

/** What stands between the value of a user and the one that the tier keeps. */
export interface ValueCopier {
  /**
   * What the tier keeps for a value.
   * @throws UnstorableValueError, and nothing else, for a value that a hit could not give back as it is.
   */
  readonly store: (value: unknown, key: string) => unknown
  /** What a hit gives, of what `store` made. */
  readonly read: (stored: unknown) => unknown
}

/**
 * How the values of a tier are copied; `undefined` for `'reference'`, where they are not.
 *
 * `'clone'` keeps a value as the text of the structured codec: types, sharing and cycles come back, and what that codec refuses
 * is refused. Primitives are kept as they are.
 *
 * `'freeze'` freezes what it is given: a value made of nothing but plain objects, arrays and primitives is kept as it is,
 * and every hit gives it. A value that holds anything else (Date, Map, bytes, an accessor, a proxy) cannot be frozen and is
 * kept as with `'clone'`; of it and of each copy are frozen the plain objects and arrays that are reached through plain ones.
 *
 * Both are O(parts of the value) on `store`; so is `read` of a copy.
 */
export function copier(mode: CopyMode): ValueCopier | undefined {
  if (mode === 'reference') return undefined
  return mode === 'freeze' ? FREEZE : CLONE
}

/** A value that is copied on read. No user has one, so it is mistaken for no value. */
class Kept {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

const CLONE: ValueCopier = {
  store: (value, key) => (isPrimitive(value) ? value : keep(value, key)),
  read: (stored) => (stored instanceof Kept ? decodeText(stored.text) : stored),
}

const FREEZE: ValueCopier = {
  store(value, key) {
    const { plain, isWhole } = plainParts(value)
    // Before anything is frozen: what is refused stays as it was.
    const stored = isWhole ? value : keep(value, key)
    for (const part of plain) Object.freeze(part)
    return stored
  },
  read(stored) {
    if (!(stored instanceof Kept)) return stored
    const value = decodeText(stored.text)
    for (const part of plainParts(value).plain) Object.freeze(part)
    return value
  },
}

function keep(value: unknown, key: string): Kept {
  try {
    return new Kept(encodeText(value))
  } catch (error) {
    if (error instanceof UnstorableValueError) throw new UnstorableValueError(key, error.path, error.kind)
    throw error
  }
}

/** A symbol is none here: no other tier keeps one. */
function isPrimitive(value: unknown): boolean {
  return value === null || !['object', 'function', 'symbol'].includes(typeof value)
}

/** The plain objects and arrays that a value is made of, and whether it is made of nothing else. */
function plainParts(value: unknown): { readonly plain: ReadonlySet<object>; readonly isWhole: boolean } {
  const plain = new Set<object>()
  let isWhole = true
  const meet = (part: unknown): void => {
    if (isPrimitive(part)) return
    if (isPlain(part)) plain.add(part)
    else isWhole = false
  }
  meet(value)
  // Those that are met on the way come last, and their turn comes.
  for (const part of plain) {
    for (const name of Reflect.ownKeys(part)) {
      const property = Object.getOwnPropertyDescriptor(part, name) as PropertyDescriptor
      if ('value' in property) meet(property.value)
      else isWhole = false
    }
  }
  return { plain, isWhole }
}

function isPlain(part: unknown): part is object {
  if (typeof part !== 'object' || part === null || types.isProxy(part)) return false
  const prototype: unknown = Object.getPrototypeOf(part)
  return prototype === (Array.isArray(part) ? Array.prototype : Object.prototype) || prototype === null
}
