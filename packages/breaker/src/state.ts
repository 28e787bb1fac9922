import { channel } from 'node:diagnostics_channel'
import { shown } from './option-object.ts'

/**
 * `closed` lets calls through, `open` refuses them for a time, `half-open` lets a few through to see, `isolated` refuses them
 * until the one who isolated it says otherwise, `disabled` lets all through and records nothing.
 */
export type BreakerState = 'closed' | 'open' | 'half-open' | 'isolated' | 'disabled'

/** One change of state, told after it has happened. */
export interface StateChange {
  readonly breaker: string
  readonly from: BreakerState
  readonly to: BreakerState
  /** Until a call may be let through again; 0 where calls run, `Infinity` where nobody knows. */
  readonly retryAfterMs: number
  /** The error that opened it, if any. */
  readonly cause: unknown
}

/** The `node:diagnostics_channel` on which every breaker's changes of state are published. */
export const STATE_CHANNEL = '@org/breaker:state'

const stateChannel = channel(STATE_CHANNEL)

/**
 * Who is told of changes of state. Changes are noted as they happen and told once the call that caused them has done all it
 * does, so that a listener may do anything to the breaker. What it changes is told after what it was told of.
 */
export class StateListeners {
  #listeners: Set<(change: StateChange) => void> | undefined
  #untold: StateChange[] = []
  #isTelling = false

  add(listener: (change: StateChange) => void): () => void {
    if (typeof listener !== 'function') throw new TypeError(`listener must be a function, got ${shown(listener)}`)
    this.#listeners ??= new Set()
    this.#listeners.add(listener)
    return () => {
      this.#listeners?.delete(listener)
    }
  }

  note(change: StateChange): void {
    this.#untold.push(change)
  }

  tell(): void {
    if (this.#isTelling || this.#untold.length === 0) return
    this.#isTelling = true
    for (const change of this.#untold) this.#tellOne(change)
    this.#untold = []
    this.#isTelling = false
  }

  /** A listener's fault is its own: the state is already committed. */
  #tellOne(change: StateChange): void {
    if (stateChannel.hasSubscribers) stateChannel.publish(change)
    for (const listener of this.#listeners ?? []) {
      try {
        const answer: unknown = listener(change)
        if (answer instanceof Promise) answer.catch(() => {})
      } catch {
        // Nothing to undo.
      }
    }
  }
}
