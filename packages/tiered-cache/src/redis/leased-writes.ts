import { slotOn } from './cluster-slot.ts'
import type { RedisSender } from './commands.ts'
import { FILL, STAKE } from './lease-scripts.ts'
import { Turn } from './turn.ts'
import { WriteBatch } from './write-batch.ts'

/** Writes records under their lease; what is written in one turn of the loop goes out together. */
export class LeasedWrites {
  readonly #commands: RedisSender
  readonly #stakes: Turn<WriteBatch>
  readonly #fills: Turn<WriteBatch>

  constructor(commands: RedisSender, leaseMs: number) {
    this.#commands = commands
    this.#stakes = new Turn(() => new WriteBatch(commands, STAKE, [String(leaseMs)]))
    this.#fills = new Turn(() => new WriteBatch(commands, FILL, []))
  }

  /** Takes the lease of a key, whoever holds it. */
  async stake(name: string, token: string): Promise<void> {
    const batch = this.#stakes.batch(slotOn(this.#commands, name))
    batch.place(name, token)
    await batch.reply
  }

  /** Stores a record for `life` (see `recordLife`); false where the lease is lost. */
  async fill(name: string, token: string, record: Uint8Array, life: string): Promise<boolean> {
    const batch = this.#fills.batch(slotOn(this.#commands, name))
    const place = batch.place(name, token, record, life)
    const answers = await batch.reply
    return Array.isArray(answers) && answers[place] === 1
  }
}
