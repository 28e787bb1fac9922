import { type Random, startProxy, type TcpProxy } from '@org/testkit'

type Fault = 'cut' | 'mute' | 'mute replies' | 'slow'
const FAULTS: readonly Fault[] = ['cut', 'cut', 'mute', 'mute replies', 'slow']
const SLOWEST_MS = 400

/** What a node reaches Redis through: one link for commands, another one for the bus. */
export class Link {
  readonly name: string
  readonly #proxy: TcpProxy
  #fault: Fault | undefined

  constructor(name: string, proxy: TcpProxy) {
    this.name = name
    this.#proxy = proxy
  }

  static async open(name: string, port: number): Promise<Link> {
    return new Link(name, await startProxy(port))
  }

  get url(): string {
    return this.#proxy.url
  }

  get isFaulty(): boolean {
    return this.#fault !== undefined
  }

  /** Breaks it in some way; the answer says in which. */
  async break(random: Random): Promise<string> {
    const fault = random.pick(FAULTS)
    this.#fault = fault
    if (fault === 'cut') await this.#proxy.cut()
    else if (fault === 'mute') this.#proxy.mute()
    else if (fault === 'mute replies') this.#proxy.mute({ requests: 'pass' })
    else this.#proxy.delay(random.int(20, SLOWEST_MS))
    return fault
  }

  async heal(): Promise<void> {
    this.#fault = undefined
    this.#proxy.delay(0)
    await this.#proxy.pass()
  }

  close(): Promise<void> {
    return this.#proxy.close()
  }
}
