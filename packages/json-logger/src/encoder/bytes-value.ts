import { types } from 'node:util'
import { className } from './class-name.ts'
import { encodeList } from './containers.ts'
import { ObjectText } from './object-text.ts'
import type { Walk } from './walk.ts'

const HEAD_BYTES = 16
const HEAD_NUMBERS = 8

type Numbers = ArrayLike<number | bigint>

/** Whether a value is bytes or numbers in a row: ArrayBuffer, DataView, typed array, Buffer. Never throws. */
export function isBytes(value: object): value is ArrayBufferLike | ArrayBufferView {
  return ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)
}

/** `{"type":"Buffer","length":n,"head":"<hex>"}`: bytes begin in hex, the numbers of other arrays as they are. */
export function encodeBytes(walk: Walk, value: ArrayBufferLike | ArrayBufferView, depth: number): string {
  const object = new ObjectText(walk, [])
  object.fixedKey('type')
  object.value(walk.note(className(value)))
  const numbers = asNumbers(value)
  object.fixedKey('length')
  object.value(walk.encode(walk, numbers?.length ?? value.byteLength, undefined, depth + 1))
  object.fixedKey('head')
  object.value(numbers === undefined ? walk.note(hexHead(value)) : encodeHead(walk, numbers, depth + 1))
  return object.end(0)
}

function asNumbers(value: ArrayBufferLike | ArrayBufferView): Numbers | undefined {
  if (!types.isTypedArray(value) || types.isUint8Array(value) || types.isUint8ClampedArray(value)) return undefined
  return value
}

function hexHead(value: ArrayBufferLike | ArrayBufferView): string {
  const length = Math.min(HEAD_BYTES, value.byteLength)
  const bytes = ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, length)
    : Buffer.from(value, 0, length)
  return bytes.toString('hex')
}

function encodeHead(walk: Walk, numbers: Numbers, depth: number): string {
  const length = Math.min(HEAD_NUMBERS, numbers.length)
  return encodeList(walk, length, undefined, (index) => walk.encode(walk, numbers[index], undefined, depth + 1))
}
