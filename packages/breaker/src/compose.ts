import type { CallContext, Work, WorkContext } from './context.ts'
import { shown } from './option-object.ts'
import { ContextStrategy, start, type Strategy } from './strategy.ts'

/**
 * A strategy that nests others, outer to inner: `compose(retry(), breaker)` retries calls of the breaker. The same instance
 * may stand in any number of them, and shares its state among all. Of none it runs the work as it is.
 *
 * Where the order of `pipeline` will do, use that; a pipeline without fallback may itself be one of them. A strategy that is
 * not of this package takes part by its `run`, which costs it a signal per call.
 *
 * @throws TypeError where one is no strategy.
 */
export function compose(...outerToInner: readonly Strategy[]): Strategy {
  return new Nest(outerToInner.map(asContextStrategy))
}

/** Strategies of this package, one around the other. */
export class Nest extends ContextStrategy {
  readonly #outerToInner: readonly ContextStrategy[]

  constructor(outerToInner: readonly ContextStrategy[]) {
    super()
    this.#outerToInner = outerToInner
  }

  override execute<T>(work: Work<T>, context: CallContext): Promise<T> {
    return this.#executeFrom(0, work, context)
  }

  #executeFrom<T>(depth: number, work: Work<T>, context: CallContext): Promise<T> {
    const layer = this.#outerToInner[depth]
    if (layer === undefined) return start(work, context)
    const next = depth + 1
    if (next === this.#outerToInner.length) return layer.execute(work, context)
    return layer.execute((given) => this.#executeFrom(next, work, given as CallContext), context)
  }
}

/** A strategy that is not of this package, known by its `run` alone. */
class ForeignStrategy extends ContextStrategy {
  readonly #foreign: Strategy

  constructor(foreign: Strategy) {
    super()
    this.#foreign = foreign
  }

  override execute<T>(work: Work<T>, context: CallContext): Promise<T> {
    const underway = new Set<Promise<T>>()
    const inside: Work<T> = (given) => {
      const answer = runInside(work, context, given)
      const leave = (): void => void underway.delete(answer)
      underway.add(answer)
      answer.then(leave, leave)
      return answer
    }
    // What it leaves running, such as a timeout does: a bulkhead outside has to know of it.
    const letLinger = (): void => underway.forEach((answer) => context.linger(answer))
    return start(() => this.#foreign.run(inside, { signal: context.signal }), context).then(
      (value) => {
        letLinger()
        return value
      },
      (error: unknown) => {
        letLinger()
        throw error
      },
    )
  }
}

/** Runs work in a context that is aborted with that of the foreign strategy, and still knows who the caller is. */
function runInside<T>(work: Work<T>, context: CallContext, given: WorkContext): Promise<T> {
  const child = context.child(given.attempt > 1 ? given.attempt : context.attempt)
  const { signal } = given
  const forward = (): void => child.abort(signal.reason)
  if (signal.aborted) forward()
  else signal.addEventListener('abort', forward, { once: true })
  return start(work, child).finally(() => {
    signal.removeEventListener('abort', forward)
    child.close()
  })
}

function asContextStrategy(strategy: unknown, index: number): ContextStrategy {
  if (strategy instanceof ContextStrategy) return strategy
  if (typeof (strategy as Strategy | null | undefined)?.run === 'function') {
    return new ForeignStrategy(strategy as Strategy)
  }
  throw new TypeError(`strategy ${index} must have a method run(), got ${shown(strategy)}`)
}
