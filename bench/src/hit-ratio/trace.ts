import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** A sequence of look-ups, recorded or made. */
export interface Trace {
  /** Ids of the keys in the order in which they are asked for: `0` up to `unique - 1`, numbered by first appearance. */
  readonly ids: Int32Array
  /** How many keys there are. */
  readonly unique: number
}

/** Reads a trace from a `NAME.dvz.gz`: gzipped LEB128 varints, each the zigzag-coded step from the id before it. */
export function readTrace(path: string): Trace {
  return decodeTrace(gunzipSync(readFileSync(path)))
}

/** The trace in bytes that are no longer gzipped. O(requests). */
export function decodeTrace(bytes: Uint8Array): Trace {
  // A varint takes a byte at least, so there are no more of them than bytes.
  const ids = new Int32Array(bytes.length)
  let requests = 0
  let highest = -1
  let previous = 0
  let varint = 0
  let shift = 0
  for (const byte of bytes) {
    varint |= (byte & 0x7f) << shift
    shift += 7
    if (byte >= 0x80) continue
    previous += (varint >>> 1) ^ -(varint & 1)
    ids[requests++] = previous
    if (previous > highest) highest = previous
    varint = 0
    shift = 0
  }
  return { ids: ids.slice(0, requests), unique: highest + 1 }
}

/** A trace of keys that are any whole numbers: they are numbered anew. O(requests). */
export function traceOf(keys: readonly number[]): Trace {
  const numbers = new Map<number, number>()
  const ids = Int32Array.from(keys, (key) => {
    let id = numbers.get(key)
    if (id === undefined) numbers.set(key, (id = numbers.size))
    return id
  })
  return { ids, unique: numbers.size }
}
