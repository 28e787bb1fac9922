import { endianness } from 'node:os'

/*
 * The reference table: `[root, row, row, ...]`, one row for each object of the value, in the order they were met.
 *
 * A *word* stands for any value inside a row. Strings, booleans, null and JSON's numbers stand for themselves;
 * `[3]` for the object of row 3, `[-1]` to `[-5]` for the SPECIALS, `["-ff"]` for a BigInt in hexadecimal. A *row* is a
 * tag and its words. So the text is three levels deep at any depth of the value, is read and written without recursion,
 * and sharing and cycles cost one number.
 */

/** The first element of a row: what kind of object it describes. */
export const TAG = {
  /** name, word, name, word, ... */
  object: 'o',
  nullPrototype: 'n',
  /** word, word, ... */
  array: 'a',
  /** length, index, word, index, word, ... */
  sparse: 'h',
  /** epoch ms, or null where invalid */
  date: 'd',
  /** source, flags, lastIndex */
  regExp: 'r',
  /** key, word, key, word, ... */
  map: 'm',
  set: 's',
  /** base64 */
  buffer: 'b',
  /** name of the class, base64. Bytes in the order of the machine: one of the other order reads an unknown tag. */
  view: (endianness() === 'LE' ? 't' : 'T') as string,
} as const

/** What the words `[-1]`, `[-2]`, ... stand for. */
export const SPECIALS: readonly unknown[] = [undefined, Number.NaN, Infinity, -Infinity, -0]

/** A hole costs nothing to write down, so a few bytes could claim any length: longer sparse arrays are refused. */
export const MAX_SPARSE_LENGTH: number = 2 ** 24

/** Makes a view of memory of its own. */
export type ViewClass = new (buffer: ArrayBuffer) => NodeJS.ArrayBufferView

/** The views that this runtime knows, by name; Float16Array is there from Node 24 on. Buffer is apart. */
export const VIEW_CLASSES: ReadonlyMap<string, ViewClass> = new Map(
  [
    'Int8Array',
    'Uint8Array',
    'Uint8ClampedArray',
    'Int16Array',
    'Uint16Array',
    'Int32Array',
    'Uint32Array',
    'BigInt64Array',
    'BigUint64Array',
    'Float16Array',
    'Float32Array',
    'Float64Array',
    'DataView',
  ].flatMap((name) => {
    const found = (globalThis as unknown as Record<string, ViewClass | undefined>)[name]
    return found === undefined ? [] : [[name, found] as const]
  }),
)
