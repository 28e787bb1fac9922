import { FloorBulkhead } from '../floor/bulkhead.ts'
import type { FloorCore } from '../floor/core.ts'
import { FastFloor } from '../floor/fast.ts'
import { PlainFloor } from '../floor/plain.ts'
import { withRetry } from '../floor/retry.ts'
import { withTimeout } from '../floor/timeout.ts'
import type { Library, SyncCall } from '../subject.ts'
import { failingWork, FALLBACK, inTurn, outcomes, work } from '../work.ts'

const HOUR_MS = 3_600_000
const TIMEOUT_MS = 10_000

const timed = () => withTimeout(work, TIMEOUT_MS)

/** Hand-written breaker, bulkhead, retry and timeout with nothing in them that the case does not need. */
export const subjects: Library<'floor' | 'floor-fast'> = {
  floor: {
    closed() {
      const breaker = new PlainFloor(5, HOUR_MS)
      return () => breaker.run(work)
    },
    open() {
      const breaker = tripped(new PlainFloor(1, HOUR_MS))
      return () => breaker.run(work).catch(() => FALLBACK)
    },
    failing() {
      const breaker = new PlainFloor(Infinity, HOUR_MS)
      const failing = failingWork()
      return () => breaker.run(failing)
    },
    permit: () => permits(() => new PlainFloor(5, HOUR_MS)),
    record: () => records(new PlainFloor(Infinity, HOUR_MS)),
    timeout: () => timed,
    retry: () => () => withRetry(work, 3),
    slot() {
      const bulkhead = new FloorBulkhead(10)
      return () => bulkhead.run(work)
    },
    pipeline() {
      const breaker = new PlainFloor(5, HOUR_MS)
      const bulkhead = new FloorBulkhead(10)
      const placed = () => bulkhead.run(timed)
      const guarded = () => breaker.run(placed)
      return () => withRetry(guarded, 3)
    },
    queue() {
      const bulkhead = new FloorBulkhead(100)
      return () => bulkhead.run(work)
    },
    idle: () => async () => {
      const breaker = new PlainFloor(5, HOUR_MS)
      await breaker.run(work)
      return breaker
    },
  },
  'floor-fast': {
    closed() {
      const breaker = new FastFloor(5, HOUR_MS)
      return () => breaker.run(work)
    },
    open() {
      const breaker = tripped(new FastFloor(1, HOUR_MS))
      return () => breaker.run(work, FALLBACK)
    },
    failing() {
      const breaker = new FastFloor(Infinity, HOUR_MS)
      const failing = failingWork()
      return () => breaker.run(failing)
    },
  },
}

function tripped<B extends FloorCore>(breaker: B): B {
  breaker.failure(breaker.tryAcquire())
  return breaker
}

function permits(make: () => FloorCore): SyncCall {
  const next = inTurn(make)
  return () => {
    const breaker = next()
    const permit = breaker.tryAcquire()
    breaker.success(permit)
    return permit
  }
}

function records(breaker: FloorCore): SyncCall {
  const succeeds = outcomes()
  return () => {
    const permit = breaker.tryAcquire()
    if (succeeds()) breaker.success(permit)
    else breaker.failure(permit)
    return permit
  }
}
