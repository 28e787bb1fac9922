import { describe, expect, it } from 'vitest'
import { assertSchema } from './standard-schema.ts'

const standard = { version: 1, vendor: 'test', validate: () => ({ value: 1 }) }

describe('assertSchema', () => {
  it('takes an object, an instance and a function', () => {
    class Schema {
      get '~standard'(): unknown {
        return standard
      }
    }
    for (const schema of [
      { '~standard': standard },
      new Schema(),
      Object.assign(() => {}, { '~standard': standard }),
    ]) {
      expect(() => assertSchema(schema)).not.toThrow()
    }
  })

  it.each([
    ['no object', 'user', 'schema must be a Standard Schema, got user (string)'],
    ['null', null, 'schema must be a Standard Schema, got null'],
    ['a plain function', () => true, "schema must be a Standard Schema, got one without '~standard'"],
    ['a parser of another kind', { parse: () => 1 }, "schema must be a Standard Schema, got one without '~standard'"],
    [
      'a later version',
      { '~standard': { ...standard, version: 2 } },
      'schema must be a Standard Schema of version 1, got version 2 (number)',
    ],
    [
      'one that cannot validate',
      { '~standard': { version: 1, vendor: 'test' } },
      'schema must have a function ~standard.validate, got undefined (undefined)',
    ],
  ])('refuses %s', (_, schema, message) => {
    expect(() => assertSchema(schema)).toThrow(new TypeError(message))
  })
})
