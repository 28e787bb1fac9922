import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { fromLine, type LifeOrder, type Telling } from './kill-messages.ts'

const PROGRAM = fileURLToPath(new URL('kill-life.node.ts', import.meta.url))
/** Many times what opening takes. */
const OPEN_WITHIN_MS = 30_000

/** A process that has loaded its program and waits for what to do until it is killed. */
export class KillProcess {
  readonly #child: ChildProcess
  readonly #blank: Promise<unknown>
  readonly #tellings: Telling[] = []
  readonly #told: Promise<void>
  #onFound: () => void = () => {}

  /** @param compiled Where processes keep what they compiled: loading the program is most of a short life. */
  constructor(compiled: string) {
    this.#child = fork(PROGRAM, {
      env: { ...process.env, NODE_COMPILE_CACHE: compiled },
      execArgv: ['--conditions=@org/source', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    this.#child.on('error', () => {})
    this.#blank = once(this.#child, 'message')
    this.#told = this.#hear()
  }

  /**
   * Lets it live and kills it: `afterMs` after it has looked round and begun to write, or, where it is to die early, after it was
   * told to open. Answers all that it told.
   */
  async live(order: LifeOrder, afterMs: number, isEarly: boolean): Promise<readonly Telling[]> {
    await this.#blank
    const found = new Promise<void>((resolve) => {
      this.#onFound = resolve
    })
    this.#child.send(order)
    if (!isEarly) await Promise.race([found, once(this.#child, 'exit'), pause(OPEN_WITHIN_MS)])
    await pause(afterMs)
    await this.kill()
    return this.#tellings
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exit = once(this.#child, 'exit')
      this.#child.kill('SIGKILL')
      await exit
    }
    await this.#told
    if (this.#child.signalCode !== 'SIGKILL')
      this.#tellings.push({
        tell: 'complaint',
        complaint: `ended by itself: ${this.#child.exitCode ?? this.#child.signalCode}`,
      })
  }

  /** A line that was cut by the kill was not told. */
  async #hear(): Promise<void> {
    const stdout = this.#child.stdout as Readable
    let rest = ''
    stdout.setEncoding('utf8')
    for await (const chunk of stdout) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() as string
      this.#tellings.push(...lines.map(fromLine))
      if (this.#tellings.length > 0) this.#onFound()
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}

/** Processes that are started ahead: to start one takes longer than most lives. */
export class KillPool {
  readonly #spare: KillProcess[] = []
  readonly #ahead: number
  readonly #compiled = mkdtempSync(join(tmpdir(), 'disk-kill-compiled-'))

  constructor(ahead: number) {
    this.#ahead = ahead
    this.#refill()
  }

  take(): KillProcess {
    const process = this.#spare.shift() ?? new KillProcess(this.#compiled)
    this.#refill()
    return process
  }

  async end(): Promise<void> {
    await Promise.all(this.#spare.splice(0).map((process) => process.kill()))
    rmSync(this.#compiled, { recursive: true, force: true })
  }

  #refill(): void {
    while (this.#spare.length < this.#ahead) this.#spare.push(new KillProcess(this.#compiled))
  }
}
