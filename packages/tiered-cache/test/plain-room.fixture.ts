/** What a set did to a tier. Weights are as they were when it was done. */
export interface RoomUse {
  readonly key: string
  readonly weight: number
  /** Of the entries that were there when room began to be made: without what expired, and without its own where that left first. */
  readonly entries: number
  readonly weightOfAll: number
  /** Of those that were evicted, in their order. */
  readonly victims: readonly number[]
  readonly isIn: boolean
  /** It overwrote another and kept its place. */
  readonly isInPlace: boolean
}

/** An operation that ran out of visits let so many leave at least. */
const LEAST_VICTIMS = 24
/** And no operation lets more leave. */
const MOST_VICTIMS = 44
const AWAITED_FOR = 1 / 4

interface Awaited {
  readonly key: string
  kept: number
  wanted: number
  newcomers: number
}

/**
 * The rule by which room is made, replayed after each set: how many had to leave for the newcomer itself, how many for the one
 * that is awaited, and whether it was to be let in.
 */
export class PlainRoom {
  awaited: Awaited | undefined
  /** How often somebody was refused for want of room, and how many left for one that was awaited. */
  readonly met = { refusals: 0, made: 0 }
  /** Whether the policy may refuse a newcomer: then nobody leaves. */
  readonly #mayRefuse: boolean
  // Of the set that is replayed.
  #entries = 0
  #weight = 0
  #victims: number[] = []
  #mayBeOver = false

  constructor(mayRefuse: boolean) {
    this.#mayRefuse = mayRefuse
  }

  /** @throws Error where the tier did something else */
  replay(use: RoomUse, maxEntries: number, maxWeight: number): void {
    const { victims, isIn } = use
    this.#entries = use.entries
    this.#weight = use.weightOfAll
    this.#victims = [...victims]
    this.#mayBeOver = victims.length >= LEAST_VICTIMS
    const isLetIn = use.isInPlace ? this.#overwrite(maxWeight) : this.#insert(use, maxEntries, maxWeight)
    if (victims.length > MOST_VICTIMS) throw new Error(`${victims.length} left at once`)
    if (this.#victims.length > 0) throw new Error(`${this.#victims.length} left for nothing`)
    if (isLetIn !== isIn) throw new Error(`${use.key} was ${isIn ? '' : 'not '}let in`)
  }

  #overwrite(maxWeight: number): true {
    this.#clip(maxWeight)
    this.#makeMore(0, maxWeight)
    return true
  }

  #insert(use: RoomUse, maxEntries: number, maxWeight: number): boolean {
    const { key, weight } = use
    if (weight > maxWeight || weight === Infinity) return false
    const isAwaited = this.awaited?.key === key
    const kept = isAwaited ? 0 : Math.min(this.awaited?.kept ?? 0, maxWeight - weight)
    const hasRoom = (beside: number): boolean => {
      const sum = this.#weight + weight + beside
      return this.#entries < maxEntries && sum <= maxWeight && sum !== Infinity
    }
    const isCompared = this.#mayRefuse && !isAwaited && !hasRoom(kept)
    if (isCompared && !use.isIn && use.victims.length === 0) return false
    let isLeft = true
    while (isLeft && !hasRoom(kept)) isLeft = this.#letLeave()
    if (!hasRoom(0)) {
      this.#refuse(key, weight, maxWeight)
      return false
    }
    if (isLeft && !isAwaited) this.#makeMore(weight, maxWeight)
    this.#take(weight, maxWeight, isAwaited)
    return true
  }

  #refuse(key: string, weight: number, maxWeight: number): void {
    this.met.refusals++
    const isAgain = this.awaited?.key === key
    if (this.awaited !== undefined && !isAgain) return
    const kept = Math.min(weight, maxWeight - this.#weight)
    this.awaited = { key, kept, wanted: isAgain ? weight - kept : 0, newcomers: 0 }
  }

  #take(weight: number, maxWeight: number, isAwaited: boolean): void {
    this.#weight += weight
    if (this.awaited === undefined) return
    this.awaited.newcomers += weight
    if (isAwaited || this.awaited.newcomers >= AWAITED_FOR * maxWeight) this.awaited = undefined
    this.#clip(maxWeight)
  }

  #makeMore(coming: number, maxWeight: number): void {
    const { awaited } = this
    if (awaited === undefined) return
    for (let isLeft = true; isLeft; ) {
      const free = maxWeight - this.#weight - coming - awaited.kept
      const more = Math.max(0, Math.min(awaited.wanted, free))
      awaited.kept += more
      awaited.wanted -= more
      isLeft = awaited.wanted > 0 && this.#letLeave()
      if (isLeft) this.met.made++
    }
  }

  /** False where nobody is left, or the operation was over. */
  #letLeave(): boolean {
    const victim = this.#victims.shift()
    if (victim === undefined) {
      if (this.#entries > 0 && !this.#mayBeOver) throw new Error('too few left')
      return false
    }
    this.#entries--
    this.#weight -= victim
    return true
  }

  /** What is kept is free. */
  #clip(maxWeight: number): void {
    if (this.awaited !== undefined) this.awaited.kept = Math.min(this.awaited.kept, maxWeight - this.#weight)
  }
}
