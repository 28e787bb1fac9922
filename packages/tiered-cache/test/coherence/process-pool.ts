import { NodeProcess } from './node-process.ts'

/** Processes that have loaded their program and wait to become nodes: to start one takes longer than most histories wait. */
export class ProcessPool {
  readonly #blank: NodeProcess[] = []
  readonly #all = new Set<NodeProcess>()
  readonly #spare: number
  #isEnded = false

  constructor(spare: number) {
    this.#spare = spare
    this.#refill()
  }

  /** A process that may just be starting. */
  async take(): Promise<NodeProcess> {
    const process = this.#blank.shift() ?? this.#start()
    this.#refill()
    await process.blank
    return process
  }

  /** Its node is stopped: another may begin in it. */
  giveBack(process: NodeProcess): void {
    process.listener = undefined
    this.#blank.unshift(process)
  }

  async kill(process: NodeProcess): Promise<void> {
    this.#all.delete(process)
    await process.kill()
  }

  /** Kills all of them. */
  async end(): Promise<void> {
    this.#isEnded = true
    await Promise.all([...this.#all].map((process) => process.kill()))
    this.#all.clear()
  }

  #refill(): void {
    while (!this.#isEnded && this.#blank.length < this.#spare) this.#blank.push(this.#start())
  }

  #start(): NodeProcess {
    const process = new NodeProcess()
    this.#all.add(process)
    return process
  }
}
