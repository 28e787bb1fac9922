import type { TagStamp } from '../../entry.ts'

/** What stands for a stamp that the tag does not have: no entry has it. */
export const NO_STAMP = ''

/** What a node knows of one tag: there as long as an entry of this node has it, by whichever of its stamps. */
export class LiveTag {
  /** Those that the tag has now. */
  current: LiveStamp

  constructor(tag: string, deleteId: string, expireId: string, until: number) {
    this.current = new LiveStamp(this, tag, deleteId, expireId, until)
  }

  /** The tag has others now: entries with the former ones have to be judged anew. */
  change(deleteId: string, expireId: string, until: number): LiveStamp {
    this.current.isCurrent = false
    this.current = new LiveStamp(this, this.current.tag, deleteId, expireId, until)
    return this.current
  }
}

/**
 * The stamps of a tag as this node knows them: one object for all entries that were stored or judged by it, so that one change
 * says of all of them that they have to be judged anew.
 */
export class LiveStamp implements TagStamp {
  readonly tag: string
  readonly expire: string
  readonly delete: string
  isCurrent = true
  /** Until when its records live (epoch milliseconds). */
  until: number
  /** Whether its records are being given a longer life. */
  isKeeping = false
  /** Held by it. */
  readonly liveTag: LiveTag

  constructor(liveTag: LiveTag, tag: string, deleteId: string, expireId: string, until: number) {
    this.liveTag = liveTag
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
