import type { UnstorableValueError } from '../errors.ts'
import { hasNamedProperties, type Indexed } from './named-properties.ts'
import { mapStep, type Step } from './structured-path.ts'
import { MAX_SPARSE_LENGTH, TAG, VIEW_CLASSES } from './structured-table.ts'

/** What a description needs of the writer of the table. */
export interface RowWriter {
  /** What stands for `value` in the row of `parent`, where `step` leads to it. */
  word(value: unknown, parent: number, step: Step): unknown
  /** The error for the part that `step` leads to from the row `parent`; for that row itself without a step. */
  refuse(parent: number, step: Step | undefined, kind: string): UnstorableValueError
}

/** A tag and its words. */
export type Row = unknown[]

/** Makes the row `id` for one kind of object. May throw what the object throws. */
export type Describe = (writer: RowWriter, value: never, id: number) => Row

const describeObject: Describe = (writer, value, id) => describeRecord(TAG.object, writer, value, id)
/** How to describe an object without a prototype. */
export const describeNullPrototype: Describe = (writer, value, id) =>
  describeRecord(TAG.nullPrototype, writer, value, id)

function describeRecord(tag: string, writer: RowWriter, record: Record<string, unknown>, id: number): Row {
  const row: Row = [tag]
  for (const name of Object.keys(record)) row.push(name, writer.word(read(writer, record, id, name), id, name))
  return row
}

/** A property or element, which a getter may guard. */
function read(writer: RowWriter, owner: object, id: number, step: string | number): unknown {
  try {
    // Not `owner[step]` for elements: where V8 meets arrays of several kinds it makes the arrays themselves alike.
    return typeof step === 'number' ? Array.prototype.at.call(owner, step) : (owner as Record<string, unknown>)[step]
  } catch {
    throw writer.refuse(id, step, 'a property that cannot be read')
  }
}

const describeArray: Describe = (writer, array: readonly unknown[], id) => {
  if (!Array.isArray(array)) throw writer.refuse(id, undefined, 'an object with the prototype of an array')
  const row: Row = [TAG.array]
  for (let index = 0; index < array.length; index++) {
    const element = read(writer, array, id, index)
    if (element === undefined && !Object.hasOwn(array, index)) return describeSparse(writer, array, id)
    row.push(writer.word(element, id, index))
  }
  refuseNamed(writer, array, id)
  return row
}

function describeSparse(writer: RowWriter, array: readonly unknown[], id: number): Row {
  if (array.length > MAX_SPARSE_LENGTH) {
    throw writer.refuse(id, undefined, `a sparse array longer than ${MAX_SPARSE_LENGTH}`)
  }
  const row: Row = [TAG.sparse, array.length]
  for (const name of Object.keys(array)) {
    const index = Number(name)
    if (String(index) !== name || !(index < array.length)) throw writer.refuse(id, name, 'a named property of an array')
    row.push(index, writer.word(read(writer, array, id, index), id, index))
  }
  return row
}

function refuseNamed(writer: RowWriter, indexed: Indexed, id: number): void {
  if (!hasNamedProperties(indexed)) return
  const name = Object.keys(indexed)[indexed.length]
  throw writer.refuse(id, name, 'a named property of an array')
}

const describeDate: Describe = (writer, date: Date, id) => {
  refuseProperties(writer, date, id)
  const time = Date.prototype.getTime.call(date)
  return [TAG.date, Number.isNaN(time) ? null : time]
}

const describeRegExp: Describe = (writer, regExp: RegExp, id) => {
  refuseProperties(writer, regExp, id)
  const { source, flags, lastIndex } = regExp
  if (!Number.isSafeInteger(lastIndex)) throw writer.refuse(id, 'lastIndex', 'not a whole number')
  return [TAG.regExp, source, flags, lastIndex]
}

const describeMap: Describe = (writer, map: ReadonlyMap<unknown, unknown>, id) => {
  refuseProperties(writer, map, id)
  const row: Row = [TAG.map]
  let position = 0
  for (const [key, value] of Map.prototype.entries.call(map)) {
    row.push(writer.word(key, id, { way: 'keys', key: position }), writer.word(value, id, mapStep(key, position)))
    position++
  }
  return row
}

const describeSet: Describe = (writer, set: ReadonlySet<unknown>, id) => {
  refuseProperties(writer, set, id)
  const row: Row = [TAG.set]
  for (const value of Set.prototype.values.call(set)) {
    row.push(writer.word(value, id, { way: 'values', key: row.length - 1 }))
  }
  return row
}

const describeArrayBuffer: Describe = (writer, buffer: ArrayBuffer, id) => {
  refuseProperties(writer, buffer, id)
  refuseUnusual(writer, buffer, id)
  return [TAG.buffer, Buffer.from(buffer).toString('base64')]
}

function describeView(name: string): Describe {
  return (writer, view: NodeJS.ArrayBufferView, id) => {
    if ('length' in view) refuseNamed(writer, view, id)
    else refuseProperties(writer, view, id)
    refuseUnusual(writer, view.buffer, id)
    return [TAG.view, name, Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('base64')]
  }
}

/** Memory that would come back as something else: seen by other threads, of changing size, or gone. */
function refuseUnusual(writer: RowWriter, buffer: ArrayBufferLike, id: number): void {
  if (!(buffer instanceof ArrayBuffer)) throw writer.refuse(id, undefined, 'on shared memory')
  const { resizable, detached } = buffer as ArrayBuffer & { readonly resizable: boolean; readonly detached: boolean }
  if (resizable) throw writer.refuse(id, undefined, 'on a resizable ArrayBuffer')
  if (detached) throw writer.refuse(id, undefined, 'on a detached ArrayBuffer')
}

function refuseProperties(writer: RowWriter, value: object, id: number): void {
  const name = Object.keys(value)[0]
  if (name !== undefined) throw writer.refuse(id, name, 'a property that its class does not have')
}

/** How to describe an object, by its prototype: the class itself, and neither a subclass nor one of another realm. */
export const DESCRIBERS: ReadonlyMap<unknown, Describe> = new Map<unknown, Describe>([
  [Object.prototype, describeObject],
  [Array.prototype, describeArray],
  [Date.prototype, describeDate],
  [RegExp.prototype, describeRegExp],
  [Map.prototype, describeMap],
  [Set.prototype, describeSet],
  [ArrayBuffer.prototype, describeArrayBuffer],
  [Buffer.prototype, describeView('Buffer')],
  ...[...VIEW_CLASSES].map(([name, view]) => [view.prototype as unknown, describeView(name)] as const),
])
