import type { TestRunner } from '../src/testing/index.ts'

interface Collected {
  readonly name: string
  readonly body: () => void | Promise<void>
}

/** A runner that keeps what is registered, so that a test can look at the failures of a suite instead of failing. */
export class CollectingRunner implements TestRunner {
  readonly #tests: Collected[] = []
  readonly #path: string[] = []

  get names(): readonly string[] {
    return this.#tests.map(({ name }) => name)
  }

  describe(name: string, body: () => void): void {
    this.#path.push(name)
    body()
    this.#path.pop()
  }

  it(name: string, body: () => void | Promise<void>): void {
    this.#tests.push({ name: [...this.#path, name].join(' > '), body })
  }

  /** Runs all, one after the other; gives the names of those that failed, each with its error. */
  async failures(): Promise<ReadonlyMap<string, unknown>> {
    const failed = new Map<string, unknown>()
    for (const { name, body } of this.#tests) {
      try {
        await body()
      } catch (error) {
        failed.set(name, error)
      }
    }
    return failed
  }
}
