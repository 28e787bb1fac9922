/** The only error that a protected function of the bench throws: made once, so that its stack is not part of a call. */
export const FAILURE: Error = new Error('the work failed')

/** What every fallback of the bench gives; work gives 1. */
export const FALLBACK = -1

/** Of so many failing calls one succeeds, so that no failure rate reaches 100 % and no breaker opens. */
const GOOD_EVERY = 50

/** Work that succeeds. */
export async function work(): Promise<number> {
  return 1
}

/** Work of which all calls but every fiftieth fail with {@link FAILURE}. */
export function failingWork(): () => Promise<number> {
  let calls = 0
  return async () => {
    calls++
    if (calls % GOOD_EVERY !== 0) throw FAILURE
    return 1
  }
}

/** The same turn of outcomes for the synchronous core: whether the next call succeeds. */
export function outcomes(): () => boolean {
  let calls = 0
  return () => {
    calls++
    return calls % GOOD_EVERY === 0
  }
}

/**
 * One of sixteen breakers after another. A loop of permits over a single one measures nothing: the compiler keeps its
 * fields in registers and drops all calls but the last.
 */
export function inTurn<B>(make: () => B): () => B {
  const breakers = Array.from({ length: 16 }, make)
  let turn = 0
  return () => {
    turn = (turn + 1) & 15
    return breakers[turn] as B
  }
}
