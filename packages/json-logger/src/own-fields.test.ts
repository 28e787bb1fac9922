import { describe, expect, it } from 'vitest'
import { mergedFields, ownFields } from './own-fields.ts'

class Wide {
  [name: string]: unknown

  constructor(names: number) {
    for (let name = 0; name < names; name++) this[`k${name}`] = name
  }
}

describe('ownFields', () => {
  it('copies a thousand names and says how many more there are', () => {
    const copy = ownFields(new Wide(1_500))
    expect(Object.keys(copy)).toHaveLength(1_001)
    expect(copy['k999']).toBe(999)
    expect(copy['...']).toBe('[500 more]')
    expect(Object.keys(ownFields(new Wide(1_000)))).toHaveLength(1_000)
  })

  it('leaves a name of the caller that looks like the mark', () => {
    expect(ownFields(Object.assign({ '...': 'own' }, new Wide(1_000)))).toMatchObject({
      '...': 'own',
      '....': '[1 more]',
    })
  })

  it('reads no property beyond', () => {
    let reads = 0
    const traps = { get: (): number => reads++ }
    ownFields(new Proxy(new Wide(5_000), traps))
    expect(reads).toBeLessThanOrEqual(1_001)
  })
})

describe('mergedFields', () => {
  it('says what is missing of bindings and contexts too', () => {
    expect(mergedFields({ a: 1 }, new Wide(1_001))).toMatchObject({ a: 1, k0: 0, '...': '[1 more]' })
  })
})
