import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Place, SubjectName } from './subject.ts'
import type { Found } from './versioned-entry.ts'

const PROGRAM = fileURLToPath(new URL('neighbour.node.ts', import.meta.url))

/** What the process holds. */
export interface NeighbourSetting {
  readonly subject: SubjectName
  readonly place: Place
}

/** What it is told to do, one at a time. */
export type NeighbourOrder =
  | { readonly do: 'open' | 'close' }
  | { readonly do: 'set'; readonly keys: readonly string[]; readonly version: number; readonly bytes: number }
  | { readonly do: 'get'; readonly keys: readonly string[] }

/** What became of it. */
export interface NeighbourAnswer {
  readonly found?: readonly Found[]
  /** Name and words of what the tier rejected with. */
  readonly error?: string
}

/** Another process with a tier on the same directory. */
export class Neighbour {
  readonly #child: ChildProcess

  constructor(setting: NeighbourSetting) {
    this.#child = fork(PROGRAM, [JSON.stringify(setting)], {
      execArgv: ['--conditions=@org/source', '--disable-warning=ExperimentalWarning'],
    })
    this.#child.on('error', () => {})
  }

  async tell(order: NeighbourOrder): Promise<NeighbourAnswer> {
    const first: unknown = await new Promise((resolve) => {
      const settle = (outcome: unknown): void => {
        this.#child.off('message', settle).off('exit', settle)
        resolve(outcome)
      }
      this.#child.on('message', settle).on('exit', settle)
      this.#child.send(order)
    })
    if (typeof first !== 'object' || first === null) throw new Error(`the process ended with ${String(first)}`)
    return first
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }
}
