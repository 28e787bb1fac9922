import { MAX_SPARSE_LENGTH, SPECIALS, TAG, VIEW_CLASSES } from './structured-table.ts'

/**
 * The value that a reference table stands for. The text is not trusted: a table that does not hold together throws, no
 * name reaches a prototype, no code runs, and memory stays in proportion to the text.
 * @throws Error of any kind.
 */
export function readTable(text: string): unknown {
  const table: unknown = JSON.parse(text)
  if (!Array.isArray(table) || table.length === 0) throw malformed('table')
  const [root, ...rows] = table as unknown[]
  return new TableReader(rows.map(checkedRow)).read(root)
}

type Row = readonly [string, ...unknown[]]
const MAX_TIME = 8.64e15
const HEXADECIMAL = /^-?[0-9a-f]+$/

/** Makes an empty object for each row first, so that any row can refer to any other. */
class TableReader {
  readonly #rows: readonly Row[]
  readonly #objects: readonly object[]

  constructor(rows: readonly Row[]) {
    this.#rows = rows
    this.#objects = rows.map(shellOf)
  }

  read(root: unknown): unknown {
    for (const [id, row] of this.#rows.entries()) this.#fill(this.#objects[id] as object, row)
    return this.#value(root)
  }

  #fill(object: object, row: Row): void {
    switch (row[0]) {
      case TAG.object:
      case TAG.nullPrototype:
        return this.#fillRecord(object as Record<string, unknown>, row)
      case TAG.array:
        // Not by index: where V8 meets arrays of several kinds it makes the arrays themselves alike, and an array of doubles
        // then takes three times the memory.
        for (let at = 1; at < row.length; at++) (object as unknown[]).push(this.#value(row[at]))
        return
      case TAG.sparse:
        return this.#fillSparse(object as unknown[], row)
      case TAG.map:
        for (let at = 1; at < row.length; at += 2) {
          ;(object as Map<unknown, unknown>).set(this.#value(row[at]), this.#value(row[at + 1]))
        }
        return
      case TAG.set:
        for (let at = 1; at < row.length; at++) (object as Set<unknown>).add(this.#value(row[at]))
        return
      default: // Complete without words.
    }
  }

  #fillRecord(record: Record<string, unknown>, row: Row): void {
    for (let at = 1; at < row.length; at += 2) {
      const name = row[at]
      if (typeof name !== 'string') throw malformed('name')
      const value = this.#value(row[at + 1])
      // Assigning to `__proto__` would set the prototype: what a prototype has too is defined instead.
      if (name in record) {
        Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true })
      } else {
        record[name] = value
      }
    }
  }

  #fillSparse(array: unknown[], row: Row): void {
    for (let at = 2; at < row.length; at += 2) {
      const index = row[at]
      if (!isWhole(index, array.length - 1)) throw malformed('index')
      Reflect.set(array, index, this.#value(row[at + 1]))
    }
  }

  #value(word: unknown): unknown {
    if (typeof word !== 'object' || word === null) return word
    if (!Array.isArray(word) || word.length !== 1) throw malformed('word')
    const code: unknown = word[0]
    if (typeof code === 'string') return bigIntOf(code)
    if (isWhole(code, this.#objects.length - 1)) return this.#objects[code]
    if (typeof code === 'number' && isWhole(-1 - code, SPECIALS.length - 1)) return SPECIALS[-1 - code]
    throw malformed('reference')
  }
}

function checkedRow(row: unknown): Row {
  if (!Array.isArray(row) || typeof row[0] !== 'string') throw malformed('row')
  const needsPairs = row[0] === TAG.object || row[0] === TAG.nullPrototype || row[0] === TAG.map
  if (needsPairs && row.length % 2 === 0) throw malformed('row')
  if (row[0] === TAG.sparse && row.length % 2 === 1) throw malformed('row')
  return row as unknown as Row
}

/** The object of a row: complete where it holds no words, else empty. */
function shellOf(row: Row): object {
  switch (row[0]) {
    case TAG.object:
      return {}
    case TAG.nullPrototype:
      return Object.create(null) as object
    case TAG.array:
      return newArray()
    case TAG.sparse:
      return sparseArray(row)
    case TAG.map:
      return new Map()
    case TAG.set:
      return new Set()
    case TAG.date:
      return dateOf(row)
    case TAG.regExp:
      return regExpOf(row)
    case TAG.buffer:
      return copyOf(bytesOf(row[1]))
    case TAG.view:
      return viewOf(row)
    default:
      throw malformed('tag')
  }
}

/** Not `[]`: V8 remembers what the arrays of a literal became, and begins the next ones as that. */
function newArray(): unknown[] {
  return Array.call<undefined, [], unknown[]>(undefined)
}

/** A length claims nothing in V8's dictionary mode, which an array enters when it is longer than any store may be. */
function sparseArray(row: Row): unknown[] {
  const length = row[1]
  if (!isWhole(length, MAX_SPARSE_LENGTH)) throw malformed('length')
  const elements = (row.length - 2) / 2
  const array = newArray()
  if (length > 16 + elements * 4) array.length = 2 ** 32 - 1
  array.length = length
  return array
}

function dateOf(row: Row): Date {
  const time = row[1]
  if (time === null) return new Date(Number.NaN)
  if (!Number.isInteger(time) || Math.abs(time as number) > MAX_TIME) throw malformed('date')
  return new Date(time as number)
}

function regExpOf(row: Row): RegExp {
  const [, source, flags, lastIndex] = row
  if (typeof source !== 'string' || typeof flags !== 'string') throw malformed('regular expression')
  if (!Number.isSafeInteger(lastIndex)) throw malformed('lastIndex')
  const regExp = new RegExp(source, flags)
  regExp.lastIndex = lastIndex as number
  return regExp
}

function viewOf(row: Row): object {
  const bytes = bytesOf(row[2])
  if (row[1] === 'Buffer') return bytes
  const View = VIEW_CLASSES.get(row[1] as string)
  if (View === undefined) throw malformed('view')
  return new View(copyOf(bytes))
}

function bytesOf(base64: unknown): Buffer {
  if (typeof base64 !== 'string') throw malformed('bytes')
  const bytes = Buffer.from(base64, 'base64')
  // Buffer skips what is not base64: then the lengths no longer fit.
  if (Math.ceil(bytes.length / 3) * 4 !== base64.length) throw malformed('bytes')
  return bytes
}

/** Memory of its own: a small Buffer lies in a pool that it shares with others. */
function copyOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

/** In hexadecimal, because that is read in linear time. */
function bigIntOf(text: string): bigint {
  if (!HEXADECIMAL.test(text)) throw malformed('BigInt')
  return text.startsWith('-') ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`)
}

function isWhole(candidate: unknown, max: number): candidate is number {
  return typeof candidate === 'number' && Number.isInteger(candidate) && candidate >= 0 && candidate <= max
}

function malformed(part: string): Error {
  return new Error(`the table has a malformed ${part}`)
}
