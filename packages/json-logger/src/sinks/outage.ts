import type { TargetContext } from './line-target.ts'

/** Something that cannot be done to a file for now: told when it begins and when it is over, and not in between. */
export class Outage {
  readonly #what: string
  readonly #path: string
  readonly #context: TargetContext
  #isOn = false

  /** @param what in words that go before the path: `write`, `rotate` */
  constructor(what: string, path: string, context: TargetContext) {
    this.#what = what
    this.#path = path
    this.#context = context
  }

  get isOn(): boolean {
    return this.#isOn
  }

  begin(error: unknown): void {
    if (this.#isOn) return
    this.#isOn = true
    this.#context.report(`cannot ${this.#what} ${this.#path} (${reasonOf(error)})`)
  }

  end(): void {
    if (!this.#isOn) return
    this.#isOn = false
    this.#context.report(`can ${this.#what} ${this.#path} again`)
  }
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? (error instanceof Error ? error.message : 'unknown')
}
