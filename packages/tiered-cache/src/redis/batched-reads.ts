import type { Entry } from '../entry.ts'
import { slotOn } from './cluster-slot.ts'
import type { RedisSender } from './commands.ts'
import type { Epochs } from './epochs.ts'
import { ReadBatch, type ReadReplies } from './read-batch.ts'
import type { RedisRecords } from './redis-records.ts'
import { Turn } from './turn.ts'

/** Reads records; what is asked in one turn of the loop goes out together. */
export class BatchedReads {
  readonly #commands: RedisSender
  readonly #records: RedisRecords
  readonly #prefix: string
  readonly #turn: Turn<ReadBatch>

  constructor(commands: RedisSender, records: RedisRecords, prefix: string, epochs: Epochs) {
    this.#commands = commands
    this.#records = records
    this.#prefix = prefix
    this.#turn = new Turn((slot) => new ReadBatch(commands, epochs.of(slot)))
  }

  /** The entry of a key; rejects where Redis gives no answer. */
  async read(key: string): Promise<Entry | undefined> {
    const name = this.#prefix + key
    const batch = this.#batch(name)
    const place = batch.place(name)
    const { records, epoch } = await batch.replies
    return this.#records.decode(key, records[place], epoch)
  }

  /**
   * The entries of these keys, in their order. Where a part of a cluster gives no answer, its entries are missing; rejects where
   * none of it does. No promise for each key.
   */
  async readMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    const batches: ReadBatch[] = []
    const places: number[] = []
    for (const key of keys) {
      const name = this.#prefix + key
      const batch = this.#batch(name)
      batches.push(batch)
      places.push(batch.place(name))
    }
    const replies = await repliesOf(new Set(batches))
    return keys.map((key, index) => {
      const reply = replies.get(batches[index]!)
      return this.#records.decode(key, reply?.records[places[index]!], reply?.epoch)
    })
  }

  #batch(name: string): ReadBatch {
    return this.#turn.batch(slotOn(this.#commands, name))
  }
}

/** Without the batches that were not answered. @throws the fault of the first, where none was */
async function repliesOf(batches: ReadonlySet<ReadBatch>): Promise<ReadonlyMap<ReadBatch, ReadReplies>> {
  const asked = [...batches]
  const answers = await Promise.allSettled(asked.map((batch) => batch.replies))
  const replies = new Map<ReadBatch, ReadReplies>()
  for (const [index, answer] of answers.entries()) {
    if (answer.status === 'fulfilled') replies.set(asked[index]!, answer.value)
  }
  const [first] = answers
  if (replies.size === 0 && first?.status === 'rejected') throw first.reason
  return replies
}
