import { decodeEnvelope, encodeEnvelope, type EnvelopeFormat } from '../codec/envelope.ts'
import { PreparedRecords } from '../codec/prepared-records.ts'
import type { Entry } from '../entry.ts'
import { UnstorableValueError } from '../errors.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import { FRAME_BYTES } from './frame.ts'

/** The records of one tier: envelopes, with room for a frame before them. */
export class DiskRecords {
  readonly #written: EnvelopeFormat
  readonly #read: EnvelopeFormat
  readonly #maxBytes: number
  readonly #prepared = new PreparedRecords()

  /** A record may have `maxBytes` in all, etag and stamps included. */
  constructor(format: Omit<EnvelopeFormat, 'reserve'>, maxBytes: number) {
    this.#maxBytes = maxBytes
    this.#written = { ...format, reserve: FRAME_BYTES }
    this.#read = { ...format, reserve: 0 }
  }

  /** Makes the record ahead of the {@link encode} of the same entry, and gives its length; a promise for large values. @throws UnstorableValueError */
  prepare(key: string, entry: Entry): MaybePromise<number> {
    return this.#prepared.keep(key, entry, this.#encode(key, entry))
  }

  /** The record of an entry; a promise for large values. It belongs to the caller. @throws UnstorableValueError */
  encode(key: string, entry: Entry): MaybePromise<Buffer> {
    return this.#prepared.take(key, entry) ?? this.#encode(key, entry)
  }

  /** The entry of a body that is free from its place; `undefined` for anything that is none of this key. Never throws. */
  decode(key: string, body: Buffer): Entry | undefined {
    return decodeEnvelope(key, body, this.#read)
  }

  #encode(key: string, entry: Entry): MaybePromise<Buffer> {
    const record = encodeEnvelope(key, entry, this.#written)
    return record instanceof Promise ? record.then((done) => this.#fitting(key, done)) : this.#fitting(key, record)
  }

  #fitting(key: string, record: Buffer): Buffer {
    if (record.length <= this.#maxBytes) return record
    throw new UnstorableValueError(key, '$', `larger than ${this.#maxBytes} bytes with its etag and stamps`)
  }
}
