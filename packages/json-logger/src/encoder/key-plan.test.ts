import { describe, expect, it } from 'vitest'
import { createRedactor } from '../redact.ts'
import { WITHOUT_COLOURS } from './console-style.ts'
import { KeyPlans } from './key-plan.ts'

const RESERVED = new Set(['level', 'error.type'])

function plans(): KeyPlans {
  return new KeyPlans(createRedactor({ paths: ['user'], patterns: [/sk_\d+/] }), RESERVED, WITHOUT_COLOURS)
}

describe('KeyPlans', () => {
  it('keeps names off those of the line, and two names two', () => {
    const names = ['level', 'level_', 'level__', 'error.type', 'levels', '_level', '']
    expect(names.map((name) => plans().of(name).json)).toEqual([
      ',"level_":',
      ',"level__":',
      ',"level___":',
      ',"error.type_":',
      ',"levels":',
      ',"_level":',
      ',"":',
    ])
  })

  it('never makes one name of two, in whichever order they come, that patterns or their length have changed', () => {
    const long = 'n'.repeat(5000)
    const names = ['[redacted]~1', 'sk_1', 'sk_2', '[redacted]~2', '[redacted]~3', 'a~7', `${long}a`, `${long}b`, '~1']
    for (const order of [names, names.toReversed()]) {
      const made = plans()
      const shown = order.map((name) => made.of(name).json)
      expect(new Set(shown).size).toBe(names.length)
      for (const json of shown) {
        expect(json).not.toMatch(/sk_\d/)
        expect(json.length).toBeLessThan(320)
      }
    }
  })

  it('knows what is secret by its name alone, by key or by path', () => {
    expect(['password', 'user', 'userName'].map((name) => plans().of(name).isSecret)).toEqual([true, true, false])
  })

  it('remembers which names bindings have, and takes those it cannot remember for such', () => {
    const made = plans()
    made.of('bound').isBound = true
    for (let at = 0; at < 5000; at++) made.of(`free ${at}`)
    expect([made.of('bound').isBound, made.of('free 4999').isBound]).toEqual([true, false])
    for (let at = 0; at < 5000; at++) made.of(`bound ${at}`).isBound = true
    for (const name of ['bound', 'bound 0', 'bound 4999', 'never seen', 'x'.repeat(500)]) {
      expect(made.of(name).isBound, name).toBe(true)
    }
  })
})
