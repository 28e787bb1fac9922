import { isDeepStrictEqual } from 'node:util'
import type { Entry } from '@org/tiered-cache'

/** An entry says by itself which write made it, so that an older one, another key's or a damaged one is known for what it is. */
interface Versioned {
  readonly key: string
  readonly version: number
  readonly length: number
  readonly text: string
}

/** Far ahead of any clock: nothing here expires by itself. */
const EPOCH_MS = 4e12
const HOUR_MS = 3_600_000
const STAMPS = [{ tag: 'user:1', expire: 'e-1', delete: 'd-1' }]

/** What the write with that number stores, of about `length` bytes: always the same. */
export function entryOf(key: string, version: number, length: number): Entry<Versioned> {
  return {
    value: { key, version, length, text: textOf(version, length) },
    storedAt: EPOCH_MS + version,
    staleAt: EPOCH_MS + version + HOUR_MS,
    expiresAt: EPOCH_MS + version + 2 * HOUR_MS,
    loadMs: version % 7,
    etag: version % 3 === 0 ? `W/"${version}"` : undefined,
    stamps: version % 5 === 0 ? STAMPS : [],
  }
}

/** What a read gave: the number of the write that made it, `absent`, or `wrong` where no write of this key ever made it. */
export type Found = number | 'absent' | 'wrong'

/** Looks at every field. */
export function foundIn(key: string, entry: Entry | undefined): Found {
  if (entry === undefined) return 'absent'
  const { version, length } = Object(entry.value) as Partial<Versioned>
  if (!Number.isSafeInteger(version) || !Number.isSafeInteger(length)) return 'wrong'
  if ((length as number) > 2 ** 26) return 'wrong'
  return isDeepStrictEqual({ ...entry }, entryOf(key, version as number, length as number))
    ? (version as number)
    : 'wrong'
}

function textOf(version: number, length: number): string {
  const piece = `${version}:${(version * 2_654_435_761) % 4_294_967_296}/`
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length)
}
