import { shown } from './option-object.ts'

/** What a schema says of a value: what it makes of it, or why it does not fit. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly object[] }

/**
 * Any schema that keeps to [Standard Schema](https://standardschema.dev), version 1, as those of Zod, Valibot and ArkType do: an object or
 * a function. `Output` is what it makes of a value that fits.
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    /** Who has made the library. */
    readonly vendor: string
    /** Looks at a value of any kind, now or later. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    /** For the compiler alone: nothing is there at run time. */
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
  }
}

/** @throws TypeError for what is no schema of version 1. */
export function assertSchema(schema: unknown): asserts schema is StandardSchema {
  const isHolder = (typeof schema === 'object' && schema !== null) || typeof schema === 'function'
  if (!isHolder) throw new TypeError(`schema must be a Standard Schema, got ${shown(schema)}`)
  const standard: unknown = (schema as Partial<StandardSchema>)['~standard']
  if (typeof standard !== 'object' || standard === null) {
    throw new TypeError("schema must be a Standard Schema, got one without '~standard'")
  }
  const { version, validate } = standard as { readonly version?: unknown; readonly validate?: unknown }
  if (version !== 1) throw new TypeError(`schema must be a Standard Schema of version 1, got version ${shown(version)}`)
  if (typeof validate !== 'function') {
    throw new TypeError(`schema must have a function ~standard.validate, got ${shown(validate)}`)
  }
}
