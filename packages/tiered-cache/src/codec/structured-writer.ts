import { UnstorableValueError } from '../errors.ts'
import { DESCRIBERS, describeNullPrototype, type Row, type RowWriter } from './structured-describe.ts'
import { pathText, type Step, shortened } from './structured-path.ts'
import { SPECIALS } from './structured-table.ts'

/** Far below what memory holds, and an end for proxies that are deep without end. */
const MAX_DEPTH = 200_000

/**
 * The reference table of any value: `mode`, then JSON.
 * @throws UnstorableValueError, and nothing else, where the value has a part that would come back changed.
 */
export function writeTable(value: unknown, mode: string): string {
  return new TableWriter().write(value, mode)
}

class TableWriter implements RowWriter {
  readonly #ids = new Map<object, number>()
  readonly #rows: Row[] = []
  readonly #pending: object[] = []
  // Where each row was first met, in columns: paths are only put together for an error.
  readonly #parents: number[] = []
  readonly #steps: Step[] = []
  readonly #depths: number[] = []
  #refusal: UnstorableValueError | undefined

  write(value: unknown, mode: string): string {
    const root = this.word(value, -1, '')
    // The last one met is described first: memory stays small for values that are wide and for those that are deep.
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      const id = this.#ids.get(next) as number
      this.#rows[id] = this.#describe(next, id)
    }
    try {
      return mode + JSON.stringify([root, ...this.#rows])
    } catch {
      throw this.refuse(-1, undefined, 'too large for one string')
    }
  }

  word(value: unknown, parent: number, step: Step): unknown {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0) ? value : special(value)
      case 'object':
        return value === null ? null : [this.#idOf(value, parent, step)]
      case 'bigint':
        return [value.toString(16)]
      case 'undefined':
        return special(value)
      default:
        throw this.refuse(parent, step, `a ${typeof value}`)
    }
  }

  refuse(parent: number, step: Step | undefined, kind: string): UnstorableValueError {
    const steps = step === undefined || parent === -1 ? [] : [step]
    for (let id = parent; id > 0; id = this.#parents[id] as number) steps.push(this.#steps[id] as Step)
    this.#refusal = new UnstorableValueError('', pathText(steps.toReversed()), kind)
    return this.#refusal
  }

  #idOf(value: object, parent: number, step: Step): number {
    const known = this.#ids.get(value)
    if (known !== undefined) return known
    const depth = parent === -1 ? 0 : (this.#depths[parent] as number) + 1
    if (depth > MAX_DEPTH) throw this.refuse(parent, step, `nested deeper than ${MAX_DEPTH} levels`)
    const id = this.#rows.length
    this.#ids.set(value, id)
    this.#rows.push([])
    this.#pending.push(value)
    this.#parents.push(parent)
    this.#steps.push(step)
    this.#depths.push(depth)
    return id
  }

  #describe(value: object, id: number): Row {
    try {
      return this.#rowOf(value, id)
    } catch (error) {
      // What a proxy or a getter throws may hold anything: only our own refusals go on.
      if (error === this.#refusal) throw error
      throw this.refuse(id, undefined, 'an object that cannot be read')
    }
  }

  #rowOf(value: object, id: number): Row {
    const prototype: unknown = Object.getPrototypeOf(value)
    const describe = prototype === null ? describeNullPrototype : DESCRIBERS.get(prototype)
    if (describe === undefined) throw this.refuse(id, undefined, instanceKind(prototype as object))
    for (const symbol of Object.getOwnPropertySymbols(value)) {
      if (Object.prototype.propertyIsEnumerable.call(value, symbol)) {
        throw this.refuse(id, undefined, 'an object with a symbol as key')
      }
    }
    return describe(this, value as never, id)
  }
}

function special(value: unknown): readonly [number] {
  return [-1 - SPECIALS.findIndex((candidate) => Object.is(candidate, value))]
}

/** What an object of this prototype is called in a refusal. */
export function instanceKind(prototype: object): string {
  const owner: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  if (typeof owner !== 'function') return 'an object with a prototype of its own'
  const name: unknown = Object.getOwnPropertyDescriptor(owner, 'name')?.value
  return typeof name === 'string' && name !== '' ? `an instance of ${shortened(name)}` : 'an instance of a class'
}
