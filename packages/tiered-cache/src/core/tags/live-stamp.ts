import type { TagStamp } from '../../entry.ts'

/** What stands for a stamp that the tag does not have: no entry has it. */
export const NO_STAMP = ''

/**
 * The stamps of a tag as this node knows them: one object for all entries that were stored or judged by it, so that one change
 * says of all of them that they have to be judged anew.
 */
export class LiveStamp implements TagStamp {
  readonly tag: string
  readonly expire: string
  readonly delete: string
  isCurrent = true
  /** Until when its records are known to live (epoch milliseconds). */
  until: number
  /** Its records are just being looked after. */
  isKeeping = false

  constructor(tag: string, deleteId: string, expireId: string, until: number) {
    this.tag = tag
    this.delete = deleteId
    this.expire = expireId
    this.until = until
  }

  /** Whether an entry can be stored with it. */
  get isWhole(): boolean {
    return this.delete !== NO_STAMP && this.expire !== NO_STAMP
  }

  is(deleteId: string, expireId: string): boolean {
    return this.delete === deleteId && this.expire === expireId
  }
}
