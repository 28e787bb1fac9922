import { decodeEnvelope, encodeEnvelope, type EnvelopeFormat } from '../codec/envelope.ts'
import type { Entry } from '../entry.ts'
import { UnstorableValueError } from '../errors.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import { FRAME_BYTES } from './frame.ts'

interface Prepared {
  readonly key: string
  readonly record: Buffer
}

/** The records of one tier: envelopes, with room for a frame before them. */
export class DiskRecords {
  readonly #written: EnvelopeFormat
  readonly #read: EnvelopeFormat
  readonly #maxBytes: number
  readonly #prepared = new WeakMap<Entry, Prepared>()

  /** A record may have `maxBytes` in all, etag and stamps included. */
  constructor(format: Omit<EnvelopeFormat, 'reserve'>, maxBytes: number) {
    this.#maxBytes = maxBytes
    this.#written = { ...format, reserve: FRAME_BYTES }
    this.#read = { ...format, reserve: 0 }
  }

  /** Makes the record ahead of the {@link encode} of the same entry, and gives its length; a promise for large values. @throws UnstorableValueError */
  prepare(key: string, entry: Entry): MaybePromise<number> {
    const record = this.#encode(key, entry)
    const keep = (done: Buffer): number => {
      this.#prepared.set(entry, { key, record: done })
      return done.length
    }
    return record instanceof Promise ? record.then(keep) : keep(record)
  }

  /** The record of an entry; a promise for large values. It belongs to the caller. @throws UnstorableValueError */
  encode(key: string, entry: Entry): MaybePromise<Buffer> {
    const prepared = this.#prepared.get(entry)
    if (prepared?.key !== key) return this.#encode(key, entry)
    // It is written once: whoever asks again gets bytes of its own.
    this.#prepared.delete(entry)
    return prepared.record
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
