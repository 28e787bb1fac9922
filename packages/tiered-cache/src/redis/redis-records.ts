import { decodeEnvelope, encodeEnvelope, type EnvelopeFormat } from '../codec/envelope.ts'
import type { Entry } from '../entry.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import type { Reply } from './commands.ts'
import { HEADER_BYTES, holdsValue, isOfEpoch, writeEpoch, writeHeader } from './lease-header.ts'
import { recordIdOf } from './record-id.ts'

interface Prepared {
  readonly key: string
  readonly record: Buffer
}

/** The records of one tier: entries as Redis keeps them, a lease header and an envelope. */
export class RedisRecords {
  readonly #format: EnvelopeFormat
  readonly #prepared = new WeakMap<Entry, Prepared>()

  constructor(format: Omit<EnvelopeFormat, 'reserve'>) {
    this.#format = { ...format, reserve: HEADER_BYTES }
  }

  /** Makes the record ahead of the {@link encode} of the same entry, and gives its length; a promise for large values. @throws UnstorableValueError */
  prepare(key: string, entry: Entry): MaybePromise<number> {
    const record = encodeEnvelope(key, entry, this.#format)
    const keep = (done: Buffer): number => {
      this.#prepared.set(entry, { key, record: done })
      return done.length
    }
    return record instanceof Promise ? record.then(keep) : keep(record)
  }

  /** The record of an entry whose value was begun in this epoch; a promise for large values. @throws UnstorableValueError */
  encode(key: string, entry: Entry, epoch: Buffer): MaybePromise<Buffer> {
    const record = this.#takePrepared(key, entry) ?? encodeEnvelope(key, entry, this.#format)
    return record instanceof Promise ? record.then((done) => headed(done, entry, epoch)) : headed(record, entry, epoch)
  }

  /** `undefined` for anything that is no record of this key, format and epoch. Never throws. */
  decode(key: string, record: Reply | undefined, epoch: Buffer | undefined): Entry | undefined {
    if (!Buffer.isBuffer(record) || !holdsValue(record)) return undefined
    if (epoch === undefined || !isOfEpoch(record, epoch)) return undefined
    return decodeEnvelope(key, record, this.#format)
  }

  #takePrepared(key: string, entry: Entry): Buffer | undefined {
    const prepared = this.#prepared.get(entry)
    if (prepared?.key !== key) return undefined
    // It is sent once: whoever asks again gets bytes of its own.
    this.#prepared.delete(entry)
    return prepared.record
  }
}

function headed(record: Buffer, entry: Entry, epoch: Buffer): Buffer {
  writeHeader(record, entry.staleAt, recordIdOf(entry))
  writeEpoch(record, epoch)
  return record
}
