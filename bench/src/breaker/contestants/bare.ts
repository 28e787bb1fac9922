import type { Library } from '../subject.ts'
import { failingWork, work } from '../work.ts'

/** The work without any protection: what a contestant costs above it is the contestant's own share. */
export const subjects: Library<'bare'> = {
  bare: {
    closed: () => () => work(),
    failing() {
      const failing = failingWork()
      return () => failing()
    },
    // No breaker: what a process that idles takes anyway.
    idle: () => () => Promise.resolve(),
  },
}
