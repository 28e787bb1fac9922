import type { Entry } from '../entry.ts'
import { slotOn } from './cluster-slot.ts'
import type { RedisSender } from './commands.ts'
import type { Epochs } from './epochs.ts'
import { ReadBatch, type ReadReplies } from './read-batch.ts'
import type { RedisRecords } from './redis-records.ts'
import { Turn } from './turn.ts'

/** Keys that were asked for one after the other, and whose replies come so in one batch, from a place on. */
interface Run {
  readonly batch: ReadBatch
  readonly place: number
  length: number
}

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
    const place = batch.place(key, name)
    const { records, epoch } = await batch.reply
    return this.#records.decode(key, records[place], epoch)
  }

  /**
   * The entries of these keys, in their order. Where a part of a cluster gives no answer, its entries are missing; rejects where
   * none of it does. No promise for each key.
   */
  async readMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    const runs = this.#runsOf(keys)
    const replies = await repliesOf(runs)
    const entries: (Entry | undefined)[] = []
    for (let at = 0; at < runs.length; at++) this.#decode(keys, runs[at]!, replies[at], entries)
    return entries
  }

  #runsOf(keys: readonly string[]): readonly Run[] {
    const runs: Run[] = []
    let run: Run | undefined
    for (const key of keys) {
      const name = this.#prefix + key
      const batch = this.#batch(name)
      const place = batch.place(key, name)
      if (run?.batch === batch && place === run.place + run.length) run.length++
      else runs.push((run = { batch, place, length: 1 }))
    }
    return runs
  }

  /** Goes on behind the entries that are there. */
  #decode(keys: readonly string[], run: Run, replies: ReadReplies | undefined, entries: (Entry | undefined)[]): void {
    const { place, length } = run
    for (let at = place; at < place + length; at++) {
      entries.push(this.#records.decode(keys[entries.length]!, replies?.records[at], replies?.epoch))
    }
  }

  #batch(name: string): ReadBatch {
    return this.#turn.batch(slotOn(this.#commands, name))
  }
}

/** `undefined` for those that were not answered. @throws the fault of the first, where none was */
async function repliesOf(runs: readonly Run[]): Promise<readonly (ReadReplies | undefined)[]> {
  const answers = await Promise.allSettled(runs.map(({ batch }) => batch.reply))
  const [first] = answers
  if (first?.status === 'rejected' && answers.every(({ status }) => status === 'rejected')) throw first.reason
  return answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : undefined))
}
