import { arrayBytes, bigIntBytes, numberBytes, OPAQUE, recordBytes, stringBytes } from './heap-layout.ts'
import { beginSample, endSample, following, meet, type Walk } from './retained-walk.ts'

/** What a slot refers to, in bytes: a primitive at once; an object later, when the walk comes to it. */
export function contentBytes(walk: Walk, value: unknown): number {
  if (typeof value !== 'object' || value === null) return primitiveBytes(value)
  meet(walk, value)
  return 0
}

/** What a slot refers to that is no object of data. */
export function primitiveBytes(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return stringBytes(value)
    case 'number':
      return numberBytes(value)
    case 'bigint':
      return bigIntBytes(value)
    case 'symbol':
    case 'function':
      return OPAQUE
    default:
      return 0
  }
}

/** An array and its primitives. */
export function elementsBytes(walk: Walk, array: readonly unknown[]): number {
  const { length } = array
  const sample = beginSample(walk, length)
  let numbers = 0
  let boxed = 0
  let bytes = 0
  for (let at = 0; at < length; at = following(sample, at)) {
    // Not `array[at]`: where V8 meets arrays of several kinds it makes the arrays themselves alike, and an array of
    // doubles then takes three times the memory.
    const element = Array.prototype.at.call(array, at) as unknown
    if (typeof element === 'number') {
      numbers++
      boxed += numberBytes(element)
    } else bytes += contentBytes(walk, element)
  }
  // Nothing but numbers: they lie in the slots themselves, until the array is frozen.
  if (numbers < sample.seen || Object.isFrozen(array)) bytes += boxed
  return arrayBytes(length) + bytes * endSample(walk, sample)
}

// Annex B, and the one way to ask for a getter without an object for each answer.
const { __lookupGetter__: getterOf } = Object.prototype as unknown as { __lookupGetter__: (name: string) => unknown }

/** An object and the primitives of its own enumerable data properties. */
export function fieldsBytes(walk: Walk, record: object, isBare: boolean): number {
  const names = Object.keys(record)
  const sample = beginSample(walk, names.length)
  let bytes = 0
  for (let at = 0; at < names.length; at = following(sample, at)) {
    const name = names[at] as string
    if (getterOf.call(record, name) === undefined) {
      bytes += contentBytes(walk, (record as Record<string, unknown>)[name])
    }
  }
  return recordBytes(names, isBare) + bytes * endSample(walk, sample)
}
