import type { EvictionPolicy } from '../../policies/policy.ts'
import type { Room } from './room.ts'

/** Lets one entry leave by the policy; false where none is left, or too much has left in this operation already. */
type Evict = () => boolean

/** Whether newcomers may come in, and the room that is made for them. */
export class Admission {
  readonly #room: Room
  readonly #policy: EvictionPolicy
  readonly #evict: Evict

  constructor(room: Room, policy: EvictionPolicy, evict: Evict) {
    this.#room = room
    this.#policy = policy
    this.#evict = evict
  }

  /** Where entries are only counted: one leaves for one that comes. Whether there is a place. */
  makePlace(): boolean {
    while (this.#room.isFull) if (!this.#evict()) return false
    return true
  }

  /**
   * Whether a newcomer of this weight may come in. Afterwards there is room for it. What has its place already (`isHeld`), or was
   * let in before and found too little room, is not weighed against others.
   */
  makeRoom(key: string, weight: number, isHeld: boolean): boolean {
    const room = this.#room
    if (!room.couldHold(weight)) return false
    const free = room.freeFor(key, weight)
    const isLetIn = isHeld || room.awaits(key)
    if (weight > free && !isLetIn && !this.#policy.admits(key, weight, free)) return false
    while (!room.hasPlaceFor(key, weight)) {
      if (this.#evict()) continue
      if (room.hasPlaceAtAll(weight)) return true
      room.keepFor(key, weight)
      return false
    }
    if (!room.awaits(key)) this.makeMoreRoom(weight)
    return true
  }

  /**
   * For the newcomer that is awaited, by what the operation may still let go. `coming` is the weight of another that has its room
   * and is not in yet.
   */
  makeMoreRoom(coming: number): void {
    while (this.#room.keepMore(coming)) if (!this.#evict()) return
  }
}
