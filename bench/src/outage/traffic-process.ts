import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Found, Order, Report, TrafficJob } from './run-traffic.ts'
import type { Address } from './subject.ts'
import type { Marks } from './summary.ts'

const ENTRY = fileURLToPath(new URL('run-traffic.ts', import.meta.url))
/** Many times what filling Redis takes. */
const ANSWER_WITHIN_MS = 30_000

/** A process of its own that holds a cache and sends requests to it. */
export class TrafficProcess {
  readonly #child: ChildProcess

  private constructor(job: TrafficJob, signal: AbortSignal) {
    const options = { execArgv: process.execArgv, signal, killSignal: 'SIGKILL' } as const
    this.#child = fork(ENTRY, [JSON.stringify(job)], options)
    // Killed by the signal: its end is seen all the same.
    this.#child.on('error', () => {})
  }

  /** Starts one, which `signal` ends; resolves when Redis is filled and requests come in. */
  static async start(job: TrafficJob, signal: AbortSignal): Promise<TrafficProcess> {
    signal.throwIfAborted()
    const started = new TrafficProcess(job, signal)
    try {
      await started.#answer()
      return started
    } catch (error) {
      await started.kill()
      throw error
    }
  }

  /** All further requests go to a new cache, which is to find Redis at `address`. */
  async moveTo(address: Address): Promise<void> {
    await this.#order({ moveTo: address })
  }

  /** No more requests come; what became of them. */
  async finish(marks: Marks): Promise<Found> {
    const report = await this.#order({ finish: marks })
    if ('found' in report) return report.found
    throw new Error('the process did not say what it found')
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }

  #order(order: Order): Promise<Report> {
    if (!this.#child.connected) return Promise.reject(new Error('the process has ended'))
    const answer = this.#answer()
    // That it could not be told is seen by its end.
    this.#child.send(order, () => {})
    return answer
  }

  #answer(): Promise<Report> {
    return new Promise((resolve, reject) => {
      const settle = (report: Report): void => {
        clearTimeout(timer)
        this.#child.off('message', settle).off('exit', exited)
        if ('fault' in report) reject(new Error(report.fault))
        else resolve(report)
      }
      const exited = (): void => settle({ fault: 'the process ended by itself' })
      const timer = setTimeout(() => settle({ fault: `no answer within ${ANSWER_WITHIN_MS} ms` }), ANSWER_WITHIN_MS)
      this.#child.on('message', settle).on('exit', exited)
    })
  }
}
