import { Bulkhead, Circuit, type Module, Retry, SlidingCountBreaker, Timeout } from 'mollitia'
import type { AsyncCall, Library } from '../subject.ts'
import { failingWork, FALLBACK, work } from '../work.ts'

/** mollitia with its count window. Its own fallback rejects with the value (0.1.1), so a refusal is caught by hand here. */
export const subjects: Library<'mollitia'> = {
  mollitia: {
    closed: () => through(new SlidingCountBreaker()),
    async open() {
      const breaker = new SlidingCountBreaker({ openStateDelay: 3_600_000 })
      await breaker.open()
      const call = through(breaker)
      return () => call().catch(() => FALLBACK)
    },
    failing() {
      const circuit = new Circuit({
        func: failingWork(),
        options: { modules: [new SlidingCountBreaker({ failureRateThreshold: 100 })] },
      })
      return () => circuit.execute<number>()
    },
    timeout: () => through(new Timeout({ delay: 10_000 })),
    retry: () => through(new Retry({ attempts: 2 })),
    slot: () => through(new Bulkhead({ concurrentSize: 10, queueSize: 100 })),
    pipeline: () =>
      through(
        new Retry({ attempts: 2 }),
        new SlidingCountBreaker(),
        new Bulkhead({ concurrentSize: 10, queueSize: 100 }),
        new Timeout({ delay: 10_000 }),
      ),
    queue: () => through(new Bulkhead({ concurrentSize: 100, queueSize: Infinity, maxQueueWait: Infinity })),
    idle: () => async () => {
      const circuit = new Circuit({ func: work, options: { modules: [new SlidingCountBreaker()] } })
      await circuit.execute()
      return circuit
    },
  },
}

function through(...modules: Module[]): AsyncCall {
  const circuit = new Circuit({ func: work, options: { modules } })
  return () => circuit.execute<number>()
}
