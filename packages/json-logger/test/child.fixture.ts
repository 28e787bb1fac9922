import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { eventually } from '@org/testkit'
import { onTestFinished } from 'vitest'

/** A process that hangs is a failure, a slow machine is not. */
export const GENEROUS_MS = 30_000

/** A path in a directory of its own, removed when the test is over. */
export function freshPath(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'json-logger-child-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, name)
}

/** A real pipe of which the test holds the reading end, and reads when and as much as it likes. */
export class TestPipe {
  readonly path: string = freshPath('pipe')
  #reading: number | undefined

  constructor() {
    execFileSync('mkfifo', [this.path])
    this.#reading = this.#open()
    onTestFinished(() => this.closeReading())
  }

  /** The end that a child gets; to be closed here when it has it. */
  openWriting(): number {
    return openSync(this.path, constants.O_WRONLY)
  }

  /** At most `bytes` of what is there; `undefined` at the end, empty where there is nothing yet. */
  read(bytes: number = 65_536): Buffer | undefined {
    const into = Buffer.alloc(bytes)
    try {
      const got = readSync(this.#reading as number, into)
      return got === 0 ? undefined : into.subarray(0, got)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return Buffer.alloc(0)
      throw error
    }
  }

  /** All to the end, in pieces of at most `bytes`. */
  async readAll(bytes?: number): Promise<string> {
    const pieces: Buffer[] = []
    await eventually(
      () => {
        for (;;) {
          const piece = this.read(bytes)
          if (piece === undefined) return true
          if (piece.length === 0) return false
          pieces.push(piece)
        }
      },
      { within: GENEROUS_MS, every: 1 },
    )
    return Buffer.concat(pieces).toString()
  }

  /** The reader goes away. */
  closeReading(): void {
    if (this.#reading !== undefined) closeSync(this.#reading)
    this.#reading = undefined
  }

  reopenReading(): void {
    this.#reading = this.#open()
  }

  #open(): number {
    return openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK)
  }
}

export interface Child {
  readonly process: ChildProcess
  readonly stderr: Promise<string>
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/** Starts a fixture with `order`; its stdout is a descriptor, which is closed here, and it speaks to us by messages. */
export function start(fixture: string, order: unknown, stdout: number, env: NodeJS.ProcessEnv = {}): Child {
  const child = spawn(process.execPath, [join(import.meta.dirname, fixture), JSON.stringify(order)], {
    stdio: ['ignore', stdout, 'pipe', 'ipc'],
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, LOG_LEVEL: undefined, ...env },
  })
  closeSync(stdout)
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  return { process: child, stderr: text(child.stderr as NodeJS.ReadableStream), ended }
}

/** The next message that a child sends. */
export async function messageOf<M>(child: Child): Promise<M> {
  const [message] = await once(child.process, 'message')
  return message as M
}

/** The numbers that whole lines of a fixture hold, in their order. Throws where a line is no such one. */
export function numbersIn(output: string): number[] {
  if (output === '') return []
  if (!output.endsWith('\n')) throw new Error(`torn at the end: ${output.slice(-100)}`)
  return output
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const match = /^(?:\{.*"message":"|\d\d:\d\d:\d\d - [\w.]+ - [A-Z]+ - )line (\d+) end\b/.exec(line)
      if (match === null) throw new Error(`torn or foreign: ${line.slice(0, 200)}`)
      return Number(match[1])
    })
}

export function range(end: number, begin: number = 0): number[] {
  return Array.from({ length: end - begin }, (_, index) => begin + index)
}
