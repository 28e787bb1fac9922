import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Gate, gate } from '@org/testkit'
import type { CallAnswer, NodeCall, NodeCommand, NodeTelling, ToldDelete, ToldLoad } from './node-messages.ts'

const PROGRAM = fileURLToPath(new URL('cache-node.node.ts', import.meta.url))

/** What happens in the process of a node besides the end of a call. */
export interface ProcessListener {
  load(load: ToldLoad): void
  heard(cursor: string): void
  deleted(fact: ToldDelete): void
  /** It ended, and nobody had killed it. */
  died(how: string): void
}

/** One child process that is a node, or waits to become one. */
export class NodeProcess {
  /** Who hears of it; nobody while it is blank. */
  listener: ProcessListener | undefined
  readonly #child: ChildProcess
  readonly #blank: Gate<void> = gate()
  readonly #calls = new Map<number, Gate<CallAnswer | undefined>>()
  #nextCall = 0
  #isEnded = false

  constructor() {
    this.#child = fork(PROGRAM, {
      execArgv: ['--conditions=@org/source'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#child.on('message', (message) => this.#hear(message as NodeTelling))
    this.#child.once('exit', (code, signal) => this.#exited(`${code ?? signal}`))
    // A command to a process that is just being killed: its calls are given up anyway.
    this.#child.on('error', () => {})
  }

  /** Resolves when it has loaded its program, or has ended. */
  get blank(): Promise<void> {
    return this.#blank.promise
  }

  /** The number of the process. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  /** `undefined` where the process ended before the call did. */
  call(call: NodeCall): Promise<CallAnswer | undefined> {
    const answer = gate<CallAnswer | undefined>()
    if (this.#isEnded) return Promise.resolve(undefined)
    const number = this.#nextCall++
    this.#calls.set(number, answer)
    this.#send({ ...call, call: number })
    return answer.promise
  }

  answer(load: number, version: number | undefined): void {
    if (!this.#isEnded) this.#send({ do: 'answer', load, version })
  }

  /** SIGKILL; nothing that it told and was not heard yet is heard. */
  async kill(): Promise<void> {
    if (this.#isEnded) return
    const exit = once(this.#child, 'exit')
    this.listener = undefined
    this.#end()
    this.#child.kill('SIGKILL')
    await exit
  }

  #send(command: NodeCommand): void {
    this.#child.send(command, () => {})
  }

  #hear(telling: NodeTelling): void {
    if (this.#isEnded) return
    if (telling.tell === 'blank') this.#blank.open()
    else if (telling.tell === 'heard') this.listener?.heard(telling.cursor)
    else if (telling.tell === 'deleted') this.listener?.deleted(telling)
    else if (telling.tell === 'load') this.listener?.load(telling)
    else {
      this.#calls.get(telling.call)?.open(telling.answer)
      this.#calls.delete(telling.call)
    }
  }

  #exited(how: string): void {
    const isKilled = this.#isEnded
    this.#end()
    if (!isKilled) this.listener?.died(how)
  }

  #end(): void {
    this.#isEnded = true
    this.#blank.open()
    for (const call of this.#calls.values()) call.open(undefined)
    this.#calls.clear()
  }
}
