import { resolve } from 'node:path'
import { type Bytes, byteCount } from '../bytes.ts'
import type { Codec } from '../codec/codec.ts'
import type { EnvelopeFormat } from '../codec/envelope.ts'
import { knownCodecs } from '../codec/known-codecs.ts'
import { structuredCodec } from '../codec/structured.ts'
import { assertName, assertOptions, shown } from '../option-object.ts'
import { LEAST_BYTES, spaceOf } from './sqlite-space.ts'

/** Options of {@link sqliteTier}. */
export interface SqliteTierOptions {
  /**
   * The database, which is made where there is none; others lie beside it: `-wal`, `-shm` (if shared), `.lock`, `.boot`, and `.bad` for
   * one that was damaged. On a local disk: SQLite's log works over no network. One file for each cache.
   */
  readonly file: string
  /** How large all of that may become. What was written longest ago makes room. Default 1 GiB, at least 1 MiB. */
  readonly maxBytes?: Bytes | undefined
  /**
   * Whether several processes use the file. Then it is the tier in which they meet: each sees the writes of the others, and the
   * stamps of tags lie in it. False where the file belongs to this cache alone: it then counts as a tier of this process, which
   * drops what other machines have changed when the bus tells so; a second process is refused, and no file is mapped into memory. So
   * it is to be false beside a Redis tier with a bus. Default true.
   */
  readonly shared?: boolean | undefined
  /** Label in stats and events. Default `'sqlite'`. */
  readonly name?: string | undefined
  /** What values are written with; those of other codecs of this package are read all the same. Default `structuredCodec`. */
  readonly codec?: Codec | undefined
}

/** Options of a SQLite tier, checked, with all defaults. */
export interface SqliteTierSettings {
  /** As it was given. */
  readonly given: string
  /** Absolute. */
  readonly file: string
  readonly maxBytes: number
  readonly shared: boolean
  readonly name: string
  readonly format: EnvelopeFormat
}

const KNOWN = ['file', 'maxBytes', 'shared', 'name', 'codec']
const DEFAULTS = { maxBytes: '1gb', shared: true, name: 'sqlite', codec: structuredCodec } as const

/** @throws TypeError or RangeError naming the option and the value */
export function resolveSqliteTierOptions(options: SqliteTierOptions): SqliteTierSettings {
  assertOptions('sqliteTier options', options, KNOWN)
  const { file, shared = DEFAULTS.shared, name = DEFAULTS.name, codec = DEFAULTS.codec } = options
  assertName('file', file)
  assertName('name', name)
  if (typeof shared !== 'boolean') throw new TypeError(`shared must be true or false, got ${shown(shared)}`)
  const maxBytes = byteCount('maxBytes', options.maxBytes ?? DEFAULTS.maxBytes, LEAST_BYTES)
  const { maxValueBytes } = spaceOf(maxBytes)
  const format = { codec, codecs: knownCodecs(codec), compression: false, maxValueBytes, reserve: 0 } as const
  return { given: file, file: resolve(file), maxBytes, shared, name, format }
}
