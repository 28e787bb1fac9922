/** The two functions that a suite needs of a test runner: those of vitest and of `node:test` fit as they are. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: () => void | Promise<void>): unknown
}
