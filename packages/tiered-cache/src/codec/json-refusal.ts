import { UnstorableValueError } from '../errors.ts'
import { hasNamedProperties } from './named-properties.ts'
import { pathText, type Step } from './structured-path.ts'
import { instanceKind } from './structured-writer.ts'

/** As deep as the scan of plain values goes; parsers of other languages often end there too. */
const MAX_DEPTH = 200

/** Where a search stands: the steps to it, the objects that it went into, and those that it left as fine. */
interface Search {
  readonly steps: Step[]
  readonly entered: Set<object>
  readonly fine: Set<object>
}

/**
 * The refusal of the first part of a value that JSON would lose or change; `undefined` where there is none. An object that is
 * reached by two ways is no such part: it comes back as two equal ones. O(size of the value). Never throws.
 */
export function jsonRefusal(value: unknown): UnstorableValueError | undefined {
  const search: Search = { steps: [], entered: new Set(), fine: new Set() }
  const kind = refusedKind(value, search)
  return kind === undefined ? undefined : new UnstorableValueError('', pathText(search.steps), kind)
}

// Each of these answers what kind of thing is refused, and then leaves the steps to it in place.

function refusedKind(value: unknown, search: Search): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined
    case 'number':
      if (Object.is(value, -0)) return '-0'
      return Number.isFinite(value) ? undefined : String(value)
    case 'object':
      return value === null ? undefined : objectKind(value, search)
    case 'undefined':
      return 'undefined'
    default:
      return `a ${typeof value}`
  }
}

function objectKind(value: object, search: Search): string | undefined {
  if (search.fine.has(value)) return undefined
  if (search.entered.has(value)) return 'a reference to an object around it'
  if (search.steps.length > MAX_DEPTH) return `nested deeper than ${MAX_DEPTH} levels`
  search.entered.add(value)
  const depth = search.steps.length
  try {
    const kind =
      kindByItself(value) ?? (Array.isArray(value) ? kindInArray(value, search) : kindInRecord(value, search))
    if (kind !== undefined) return kind
  } catch {
    // Thrown by a proxy: here nothing throws by itself.
    search.steps.length = depth
    return 'an object that cannot be read'
  }
  search.fine.add(value)
  return undefined
}

function kindByItself(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null) return 'an object without a prototype'
  const base = Array.isArray(value) ? Array.prototype : Object.prototype
  if (prototype === Array.prototype && base !== prototype) return 'an object with the prototype of an array'
  if (prototype !== base) return instanceKind(prototype as object)
  if (typeof (value as { readonly toJSON?: unknown }).toJSON === 'function') return 'an object with a toJSON method'
  const isShown = (symbol: symbol): boolean => Object.prototype.propertyIsEnumerable.call(value, symbol)
  return Object.getOwnPropertySymbols(value).some(isShown) ? 'an object with a symbol as key' : undefined
}

function kindInArray(array: readonly unknown[], search: Search): string | undefined {
  for (let index = 0; index < array.length; index++) {
    const kind = kindAt(array, index, search)
    if (kind !== undefined) return kind
  }
  if (!hasNamedProperties(array)) return undefined
  search.steps.push(Object.keys(array)[array.length] as string)
  return 'a named property of an array'
}

function kindInRecord(record: object, search: Search): string | undefined {
  for (const name of Object.keys(record)) {
    const kind = kindAt(record, name, search)
    if (kind !== undefined) return kind
  }
  return undefined
}

function kindAt(owner: object, step: string | number, search: Search): string | undefined {
  search.steps.push(step)
  if (!Object.hasOwn(owner, step)) return 'a hole'
  let part: unknown
  try {
    // Not `owner[step]` for elements: where V8 meets arrays of several kinds it makes the arrays themselves alike.
    part = Reflect.get(owner, step)
  } catch {
    return 'a property that cannot be read'
  }
  const kind = refusedKind(part, search)
  if (kind === undefined) search.steps.pop()
  return kind
}
