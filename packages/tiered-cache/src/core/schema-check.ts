import type { Clock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import type { Entry } from '../entry.ts'
import { isOwnKey } from '../key.ts'
import type { SchemaResult, StandardSchema } from '../standard-schema.ts'
import type { MaybePromise } from '../tiers/tier.ts'

/** What the check of one tier works with. */
export interface SchemaCheckSetting {
  readonly schema: StandardSchema
  readonly clock: Clock
  /** How long a caller waits for a schema that answers a promise. */
  readonly deadlineMs: number
  /** A value that was read does not fit. */
  readonly unfit: () => void
}

/**
 * Holds what one tier gives against the user's schema. Whatever that does, nothing is thrown: a value that it refuses, fails at, or does
 * not answer for in time does not fit. The cache's own records, and that nothing was found, fit always.
 */
export class SchemaCheck {
  readonly #setting: SchemaCheckSetting

  constructor(setting: SchemaCheckSetting) {
    this.#setting = setting
  }

  /** The entry with what the schema makes of its value; `undefined`, and told, where that does not fit. */
  read(key: string, entry: Entry): MaybePromise<Entry | undefined> {
    const fit = this.peek(key, entry)
    if (fit instanceof Promise) return this.#readLater(fit)
    if (fit === undefined) this.#setting.unfit()
    return fit
  }

  /** The same as `read`, told to nobody. */
  peek(key: string, entry: Entry): MaybePromise<Entry | undefined> {
    if (entry.value === undefined || isOwnKey(key)) return entry
    try {
      const result = this.#setting.schema['~standard'].validate(entry.value)
      return isThenable(result) ? this.#fitLater(entry, result) : fitted(entry, result)
    } catch {
      return undefined
    }
  }

  async #readLater(fit: Promise<Entry | undefined>): Promise<Entry | undefined> {
    const entry = await fit
    if (entry === undefined) this.#setting.unfit()
    return entry
  }

  async #fitLater(entry: Entry, result: PromiseLike<SchemaResult<unknown>>): Promise<Entry | undefined> {
    const { clock, deadlineMs } = this.#setting
    try {
      return fitted(entry, await withinDeadline(() => result, deadlineMs, clock))
    } catch {
      return undefined
    }
  }
}

/** A schema that makes `undefined` of a value does not fit it: that would say that nothing was found. */
function fitted(entry: Entry, result: SchemaResult<unknown>): Entry | undefined {
  if (result.issues !== undefined || result.value === undefined) return undefined
  return result.value === entry.value ? entry : { ...entry, value: result.value }
}

/** Also a promise of another library. */
function isThenable(result: object): result is PromiseLike<SchemaResult<unknown>> {
  return 'then' in result && typeof result.then === 'function'
}
