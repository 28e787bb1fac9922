import type { SchemaResult, StandardSchema } from '@org/tiered-cache'

export interface User {
  readonly id: number
  readonly name: string
}

const REFUSED: SchemaResult<never> = { issues: [{ message: 'is no user' }] }

/** A schema as a library makes one, out of its function alone. */
export function schemaOf<T>(validate: StandardSchema<T>['~standard']['validate']): StandardSchema<T> {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

/** A user; an id that is text becomes a number, as earlier releases stored it, and properties that it does not know are left out. */
export const userSchema: StandardSchema<User> = schemaOf(userOf)

/** The same, which takes a turn of the loop. */
export const deferredUserSchema: StandardSchema<User> = schemaOf(async (value) => {
  await new Promise<void>((resolve) => setImmediate(resolve))
  return userOf(value)
})

/** Schemas that are broken, or make of every value what is none. */
export const NEVER_FITTING: Readonly<Record<string, StandardSchema<User>>> = {
  'refuses all': schemaOf(() => REFUSED),
  'refuses without a reason': schemaOf(() => ({ issues: [] })),
  'refuses later': schemaOf(async () => REFUSED),
  throws: schemaOf(() => {
    throw new Error('broken')
  }),
  rejects: schemaOf(() => Promise.reject(new Error('broken'))),
  'answers null': schemaOf(() => null as never),
  'answers nothing': schemaOf(() => undefined as never),
  'answers text': schemaOf(() => 'fine' as never),
  'promises null': schemaOf(async () => null as never),
  'makes undefined of all': schemaOf(() => ({ value: undefined as never })),
  'rejects, with the promise of another library': schemaOf(() => {
    // oxlint-disable-next-line unicorn/no-thenable -- what promises of other libraries are
    const foreign = { then: (_: unknown, reject: (reason: unknown) => void) => reject(new Error('broken')) }
    return foreign as never
  }),
}

function userOf(value: unknown): SchemaResult<User> {
  if (typeof value !== 'object' || value === null) return REFUSED
  const { id, name } = value as { readonly id?: unknown; readonly name?: unknown }
  const number = typeof id === 'string' ? Number(id) : id
  if (typeof number !== 'number' || Number.isNaN(number) || typeof name !== 'string') return REFUSED
  return { value: { id: number, name } }
}
