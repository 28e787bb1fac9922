import type { Clock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import { retryDelayMs } from './client/retry-delay.ts'
import type { RedisCommands } from './commands.ts'

/** How long the buses wait. */
export interface BusTiming {
  readonly clock: Clock
  /** How long nothing new is waited for; then comes a heartbeat. */
  readonly beatMs: number
  /** How long Redis may give no answer; longer than `beatMs`, as a stream is read by a command that blocks for it. */
  readonly answerWithinMs: number
}

/** The timing of every bus that is not in a test. */
export const BUS_TIMING: Omit<BusTiming, 'clock'> = { beatMs: 5_000, answerWithinMs: 6_000 }

/**
 * A connection of a reader's own, from {@link run} to {@link stop}: after any fault of what reads there, another one takes its place,
 * soon at first, later less often.
 */
export class ReaderConnection {
  readonly #commands: RedisCommands
  readonly #timing: BusTiming
  #connection: RedisCommands | undefined
  #failures = 0
  #isStopped = false
  #endPause: (() => void) | undefined

  /** @param commands say where; they are not used themselves */
  constructor(commands: RedisCommands, timing: BusTiming) {
    this.#commands = commands
    this.#timing = timing
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Calls `read` with each connection; it goes on until it throws or {@link isStopped}. */
  async run(read: (connection: RedisCommands) => Promise<void>): Promise<void> {
    while (!this.#isStopped) {
      try {
        await read(await this.#connect())
      } catch {
        // Whatever it was, it goes on over another connection.
      }
      this.#disconnect()
      if (!this.#isStopped) await this.pause(retryDelayMs(++this.#failures))
    }
  }

  /** Ends the connection at once, with a command that blocks, and a pause under way. */
  stop(): void {
    this.#isStopped = true
    this.#endPause?.()
    this.#disconnect()
  }

  /** It works: where it is lost, the next one is tried soon. */
  reset(): void {
    this.#failures = 0
  }

  /**
   * The answer of Redis, or a rejection. Late is none, even where a process that was frozen gets it before its timers run: it tells of
   * long ago.
   */
  async answer<T>(work: () => Promise<T>): Promise<T> {
    const { clock, answerWithinMs } = this.#timing
    const askedAt = clock.monotonic()
    const answer = await withinDeadline(work, answerWithinMs, clock)
    if (clock.monotonic() - askedAt > answerWithinMs) throw new Error(`no answer within ${answerWithinMs} ms`)
    return answer
  }

  /** Resolves after that time, or at {@link stop}. One at a time. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#timing.clock.setTimer(resolve, ms)
      this.#endPause = () => {
        cancel()
        resolve()
      }
    })
  }

  async #connect(): Promise<RedisCommands> {
    const connection = this.#commands.duplicate()
    this.#connection = connection
    await this.answer(() => connection.open())
    return connection
  }

  #disconnect(): void {
    const connection = this.#connection
    this.#connection = undefined
    // It is of no more use: how it ends is of no interest.
    connection?.close().catch(() => {})
  }
}
