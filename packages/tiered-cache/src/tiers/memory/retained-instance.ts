import { types } from 'node:util'
import { isMarkedAsUntransferable } from 'node:worker_threads'
import {
  aligned,
  ARRAY_BUFFER,
  DATE,
  ERROR,
  hashTableBytes,
  heapViewBytes,
  MAX_HEAP_VIEW,
  OPAQUE,
  REG_EXP,
  VIEW,
} from './heap-layout.ts'
import { contentBytes, fieldsBytes } from './retained-content.ts'
import { beginSample, endSample, following, meet, type Walk } from './retained-walk.ts'

/** An instance of any class, built-in or not, and the primitives in it. */
export function instanceBytes(walk: Walk, part: object): number {
  // The names of a view are its elements.
  if (ArrayBuffer.isView(part)) return viewBytes(walk, part)
  const bytes = builtInBytes(walk, part)
  return bytes > 0 && Object.keys(part).length === 0 ? bytes : bytes + fieldsBytes(walk, part, false)
}

function builtInBytes(walk: Walk, part: object): number {
  if (types.isDate(part)) return DATE
  if (types.isMap(part)) return tableBytes(walk, part, MAP)
  if (types.isSet(part)) return tableBytes(walk, part, SET)
  if (types.isNativeError(part)) return errorBytes(walk, part)
  if (types.isAnyArrayBuffer(part)) return ARRAY_BUFFER + memoryBytes(part)
  if (types.isRegExp(part)) return REG_EXP
  return types.isBoxedPrimitive(part) ? OPAQUE : 0
}

/** Map or Set. */
interface TableClass {
  readonly sizeOf: Getter
  /** How many an entry takes in the table. */
  readonly words: 2 | 3
  /** In the order in which they came; of a Set the key is the value again. */
  readonly forEach: (table: never, look: (value: unknown, key: unknown) => void) => void
}

/** A Map or a Set, and what it holds. */
function tableBytes(walk: Walk, table: object, { sizeOf, words, forEach }: TableClass): number {
  const size = read<number>(sizeOf, table)
  const sample = beginSample(walk, size)
  let bytes = 0
  let at = 0
  let next = 0
  forEach(table as never, (value, key) => {
    if (at++ !== next) return
    if (words === 3) bytes += contentBytes(walk, key)
    bytes += contentBytes(walk, value)
    next = following(sample, next)
  })
  return hashTableBytes(size, words) + bytes * endSample(walk, sample)
}

const NOT_ENUMERABLE = ['message', 'cause', 'errors']

/** Without asking for the stack, which would have it put together now. */
function errorBytes(walk: Walk, error: Error): number {
  let bytes = ERROR
  for (const name of NOT_ENUMERABLE) {
    const property = Object.getOwnPropertyDescriptor(error, name)
    if (property?.enumerable === false) bytes += contentBytes(walk, property.value)
  }
  return bytes
}

function viewBytes(walk: Walk, view: object): number {
  const { length, offset, memory } = types.isTypedArray(view) ? TYPED_ARRAY : DATA_VIEW
  const bytes = read<number>(length, view)
  if (length === TYPED_ARRAY.length && bytes <= MAX_HEAP_VIEW && read<number>(offset, view) === 0) {
    return heapViewBytes(bytes)
  }
  const buffer = read<ArrayBufferLike>(memory, view)
  // Node marks its pools so, which many buffers share.
  if (isMarkedAsUntransferable(buffer) && Buffer.isBuffer(view)) return VIEW + aligned(bytes)
  meet(walk, buffer)
  return VIEW
}

function memoryBytes(buffer: ArrayBufferLike): number {
  return aligned(read<number>(types.isSharedArrayBuffer(buffer) ? SHARED_BYTES : BYTES, buffer))
}

// The getters of the built-in classes themselves: a subclass or an object may have others of the same name.
const MAP: TableClass = {
  sizeOf: getter(Map.prototype, 'size'),
  words: 3,
  forEach: (map: ReadonlyMap<unknown, unknown>, look) => Map.prototype.forEach.call(map, look),
}
const SET: TableClass = {
  sizeOf: getter(Set.prototype, 'size'),
  words: 2,
  forEach: (set: ReadonlySet<unknown>, look) => Set.prototype.forEach.call(set, look),
}
const BYTES = getter(ArrayBuffer.prototype, 'byteLength')
const SHARED_BYTES = getter(SharedArrayBuffer.prototype, 'byteLength')
const TYPED_ARRAY = viewGetters(Object.getPrototypeOf(Uint8Array.prototype) as object)
const DATA_VIEW = viewGetters(DataView.prototype)

type Getter = () => unknown

function viewGetters(prototype: object): Readonly<Record<'length' | 'offset' | 'memory', Getter>> {
  return {
    length: getter(prototype, 'byteLength'),
    offset: getter(prototype, 'byteOffset'),
    memory: getter(prototype, 'buffer'),
  }
}

function getter(prototype: object, name: string): Getter {
  const property = Object.getOwnPropertyDescriptor(prototype, name) as { readonly get: Getter }
  return property.get
}

function read<T>(of: Getter, object: object): T {
  return Reflect.apply(of, object, []) as T
}
