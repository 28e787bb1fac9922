import { shown } from '../option-object.ts'
import type { Codec } from './codec.ts'
import { jsonCodec } from './json.ts'
import { structuredCodec } from './structured.ts'

const OURS: ReadonlyMap<number, Codec> = new Map([structuredCodec, jsonCodec].map((codec) => [codec.id, codec]))
const LEAST_ID = 128
const MOST_ID = 255

/**
 * The codecs of a tier that writes with `codec`, by id: those of this package, so that a change of the option leaves what was
 * written readable, and its own.
 * @throws TypeError or RangeError naming `codec` where it is none, or has an id of this package's.
 */
export function knownCodecs(codec: Codec): ReadonlyMap<number, Codec> {
  assertCodec(codec)
  if (OURS.get(codec.id) === codec) return OURS
  if (!Number.isInteger(codec.id) || codec.id < LEAST_ID || codec.id > MOST_ID) {
    throw new RangeError(`codec.id must be a whole number from ${LEAST_ID} to ${MOST_ID}, got ${shown(codec.id)}`)
  }
  return new Map([...OURS, [codec.id, codec]])
}

/** Whether a codec is the user's own, of which nothing is known. */
export function isOwn(codec: Codec): boolean {
  return codec.id >= LEAST_ID
}

function assertCodec(codec: unknown): asserts codec is Codec {
  const { encode, decode } = (codec ?? {}) as Partial<Codec>
  if (typeof encode === 'function' && typeof decode === 'function') return
  throw new TypeError(`codec must be an object with id, name, encode and decode, got ${shown(codec)}`)
}
