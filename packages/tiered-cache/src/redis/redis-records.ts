import { decodeEnvelope, encodeEnvelope, type EnvelopeFormat } from '../codec/envelope.ts'
import type { Entry } from '../entry.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import type { Reply } from './commands.ts'
import { HEADER_BYTES, holdsValue, writeHeader } from './lease-header.ts'
import { recordIdOf } from './record-id.ts'

/** The records of one tier: entries as Redis keeps them, a lease header and an envelope. */
export class RedisRecords {
  readonly #format: EnvelopeFormat

  constructor(format: Omit<EnvelopeFormat, 'reserve'>) {
    this.#format = { ...format, reserve: HEADER_BYTES }
  }

  /** A promise for large values; @throws UnstorableValueError */
  encode(key: string, entry: Entry): MaybePromise<Buffer> {
    const record = encodeEnvelope(key, entry, this.#format)
    return record instanceof Promise ? record.then((done) => headed(done, entry)) : headed(record, entry)
  }

  /** `undefined` for anything that is no record of this key and format. Never throws. */
  decode(key: string, record: Reply | undefined): Entry | undefined {
    if (!Buffer.isBuffer(record) || !holdsValue(record)) return undefined
    return decodeEnvelope(key, record, this.#format)
  }
}

function headed(record: Buffer, entry: Entry): Buffer {
  writeHeader(record, entry.staleAt, recordIdOf(entry))
  return record
}
