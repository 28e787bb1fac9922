import type { Fields } from './fields.ts'
import { mergedFields } from './own-fields.ts'

/** What a child logger gives to each of its lines: a copy of its own. */
export class Bindings {
  readonly fields: Fields
  /** What an encoder made of it; belongs to the encoder. */
  encoded: object | undefined

  constructor(outer: Bindings | undefined, fields: object) {
    this.fields = mergedFields(outer?.fields, fields)
    this.encoded = undefined
  }
}
