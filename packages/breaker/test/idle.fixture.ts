import { Breaker, type BreakerOptions } from '@org/breaker'

// Run as a process of its own with --expose-gc: prints what breakers cost while nobody calls them.
const COUNT = 10_000
const windowed: BreakerOptions = { failureRate: { rate: 0.5, minCalls: 10, window: { calls: 100 } } }
const timed: BreakerOptions = { failureRate: { rate: 0.5, minCalls: 10, window: { duration: '10s' } } }

function bytesEach(options: BreakerOptions): number {
  // Typed arrays lie outside the heap; both count.
  const used = (): number => {
    globalThis.gc?.()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const kept: Breaker[] = []
  const before = used()
  for (let at = 0; at < COUNT; at++) kept.push(new Breaker(options))
  const bytes = (used() - before) / kept.length
  for (const breaker of kept) breaker.failure(breaker.tryAcquire(), undefined)
  return bytes
}

bytesEach({})
const tripped = new Breaker({ consecutiveFailures: 1 })
tripped.failure(tripped.tryAcquire(), new Error('down'))
const resources = process
  .getActiveResourcesInfo()
  .filter((resource) => resource === 'Timeout' || resource === 'Immediate')
console.log(
  JSON.stringify({
    plain: bytesEach({}),
    counting: bytesEach(windowed),
    timing: bytesEach(timed),
    resources,
    state: tripped.state,
  }),
)
