import { decodeEnvelope, encodeEnvelope, type EnvelopeFormat } from '../codec/envelope.ts'
import { PreparedRecords } from '../codec/prepared-records.ts'
import type { Entry } from '../entry.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import type { Reply } from './commands.ts'
import { HEADER_BYTES, holdsValue, isOfEpoch, writeEpoch, writeHeader } from './lease-header.ts'
import { recordIdOf } from './record-id.ts'

/** The records of one tier: entries as Redis keeps them, a lease header and an envelope. */
export class RedisRecords {
  readonly #format: EnvelopeFormat
  readonly #prepared = new PreparedRecords()

  constructor(format: Omit<EnvelopeFormat, 'reserve'>) {
    this.#format = { ...format, reserve: HEADER_BYTES }
  }

  /** Makes the record ahead of the {@link encode} of the same entry, and gives its length; a promise for large values. @throws UnstorableValueError */
  prepare(key: string, entry: Entry): MaybePromise<number> {
    return this.#prepared.keep(key, entry, encodeEnvelope(key, entry, this.#format))
  }

  /** The record of an entry whose value was begun in this epoch; a promise for large values. @throws UnstorableValueError */
  encode(key: string, entry: Entry, epoch: Buffer): MaybePromise<Buffer> {
    const record = this.#prepared.take(key, entry) ?? encodeEnvelope(key, entry, this.#format)
    return record instanceof Promise ? record.then((done) => headed(done, entry, epoch)) : headed(record, entry, epoch)
  }

  /** `undefined` for anything that is no record of this key, format and epoch. Never throws. */
  decode(key: string, record: Reply | undefined, epoch: Buffer | undefined): Entry | undefined {
    if (!Buffer.isBuffer(record) || !holdsValue(record)) return undefined
    if (epoch === undefined || !isOfEpoch(record, epoch)) return undefined
    return decodeEnvelope(key, record, this.#format)
  }
}

function headed(record: Buffer, entry: Entry, epoch: Buffer): Buffer {
  writeHeader(record, entry.staleAt, recordIdOf(entry))
  writeEpoch(record, epoch)
  return record
}
