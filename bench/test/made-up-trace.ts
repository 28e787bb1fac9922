import { gzipSync } from 'node:zlib'

/** Ids as a `.dvz.gz` file holds them. */
export function encodeTrace(ids: readonly number[]): Buffer {
  let previous = 0
  const bytes = ids.flatMap((id) => {
    const step = id - previous
    previous = id
    return varint(step >= 0 ? step * 2 : -step * 2 - 1)
  })
  return gzipSync(Uint8Array.from(bytes))
}

function varint(number: number): number[] {
  const bytes: number[] = []
  let rest = number
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return [...bytes, rest]
}
