import { setTimeout as pause } from 'node:timers/promises'
import type { Analysis } from '../analysis.ts'
import { sharedNow } from './shared-clock.ts'
import { KINDS, type Kind, keyOf, valueOf } from './requests.ts'
import type { Subject } from './subject.ts'

/** One request and what became of it. */
export interface Request {
  readonly kind: Kind
  /** When it was due; the event loop may have come to it later, and its caller waits from here on. */
  readonly dueAt: number
  /** NaN while it is under way. */
  endedAt: number
  /** How long its own load ran; 0 where none did. */
  loadMs: number
  /** Why it failed, a wrong value included. */
  error: string | undefined
  /** Of a set, whether Redis has it. */
  reached: boolean | undefined
}

/** How much comes in. */
export interface TrafficPlan {
  /** Requests a second, of each kind. */
  readonly rate: number
  /** How long a load takes. */
  readonly loadMs: number
}

/** Requests that come when they are due, whatever became of those before. */
export class Traffic {
  readonly requests: Request[] = []
  readonly #plan: TrafficPlan
  #subject: Subject | undefined
  #timer: NodeJS.Timeout | undefined
  #next = 0
  #firstDueAt = 0

  constructor(plan: TrafficPlan) {
    this.#plan = plan
  }

  /** They go to `subject` from now on. */
  begin(subject: Subject): void {
    this.#subject = subject
    this.#firstDueAt = sharedNow() - this.#next * this.#intervalMs
    this.#send()
  }

  pause(): void {
    clearTimeout(this.#timer)
  }

  /** Resolves when all have ended, at the latest after `limitMs`. */
  async drain(limitMs: number): Promise<void> {
    const giveUpAt = sharedNow() + limitMs
    while (sharedNow() < giveUpAt && this.requests.some(({ endedAt }) => Number.isNaN(endedAt))) await pause(5)
  }

  get #intervalMs(): number {
    return 1000 / (this.#plan.rate * KINDS.length)
  }

  #send(): void {
    const dueAt = () => this.#firstDueAt + this.#next * this.#intervalMs
    for (const now = sharedNow(); dueAt() <= now; this.#next++) this.#sendOne(dueAt())
    this.#timer = setTimeout(() => this.#send(), Math.max(0, dueAt() - sharedNow()))
  }

  #sendOne(dueAt: number): void {
    const kind = KINDS[this.#next % KINDS.length] as Kind
    const key = keyOf(kind, Math.floor(this.#next / KINDS.length))
    const request: Request = { kind, dueAt, endedAt: Number.NaN, loadMs: 0, error: undefined, reached: undefined }
    this.requests.push(request)
    this.#ask(this.#subject as Subject, key, request)
      .catch((error: unknown) => {
        request.error = error instanceof Error ? error.message : String(error)
      })
      .finally(() => {
        request.endedAt = sharedNow()
      })
  }

  async #ask(subject: Subject, key: string, request: Request): Promise<void> {
    if (request.kind === 'set') {
      request.reached = await subject.set(key, valueOf(key))
      return
    }
    const value = await subject.getOrSet(key, () => this.#load(key, request))
    if (value.id !== key) throw new Error(`the value of ${value.id} was given for ${key}`)
  }

  async #load(key: string, request: Request): Promise<Analysis> {
    const begunAt = sharedNow()
    await pause(this.#plan.loadMs)
    request.loadMs = sharedNow() - begunAt
    return valueOf(key)
  }
}
