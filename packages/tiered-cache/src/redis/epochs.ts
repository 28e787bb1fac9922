import { CLUSTER_SLOTS, slotOf } from './cluster-slot.ts'
import type { RedisSender } from './commands.ts'
import { Epoch } from './epoch.ts'

/** Keys that begin with U+0000 are the cache's own. */
const EPOCH_KEY = '\u0000epoch'
const RANGES = 64
const RANGE: number = CLUSTER_SLOTS / RANGES

/**
 * The epochs of a prefix: one on a single server. On a cluster one for each 256 slots, which lies in one of them: since a master has
 * its slots in a row, it is lost with the records that it is asked for, and with hardly any others.
 */
export class Epochs {
  readonly #commands: RedisSender
  readonly #prefix: string
  readonly #epochs: (Epoch | undefined)[] = []
  /** The ranges that the last renewal has not reached. */
  #owed: readonly number[] = []

  constructor(commands: RedisSender, prefix: string) {
    this.#commands = commands
    this.#prefix = prefix
  }

  /** The one of the records in this slot; on a single server of all. */
  of(slot: number): Epoch {
    const range = Math.floor(slot / RANGE)
    return (this.#epochs[range] ??= new Epoch(this.#commands, this.#name(range)))
  }

  /** Another one begins everywhere; rejects where one could not. A retry leaves those alone that have begun: they may hold newer values. */
  async renew(isRetry: boolean): Promise<void> {
    const all = Array.from({ length: this.#commands.isCluster ? RANGES : 1 }, (_, range) => range)
    const ranges = isRetry && this.#owed.length > 0 ? this.#owed : all
    const renewals = await Promise.allSettled(ranges.map((range) => this.of(range * RANGE).renew()))
    this.#owed = ranges.filter((_, at) => renewals[at]?.status === 'rejected')
    for (const renewal of renewals) if (renewal.status === 'rejected') throw renewal.reason
  }

  #name(range: number): string {
    return this.#prefix + EPOCH_KEY + (this.#commands.isCluster ? `{${hashTag(range)}}` : '')
  }
}

/** A hash tag whose slot is in the range: one number in 64 is. */
function hashTag(range: number): number {
  for (let tag = 0; ; tag++) if (Math.floor(slotOf(`{${tag}}`) / RANGE) === range) return tag
}
