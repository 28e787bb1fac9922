import assert from 'node:assert/strict'
import type { Check } from './tier-suite.ts'

/** Keys that trip file names, object properties, separators, patterns and encodings. */
const ODD_KEYS: readonly string[] = [
  ' ',
  '  two  spaces  ',
  '.',
  '..',
  '../../etc/passwd',
  '/',
  'a/b',
  'a\\b',
  'C:\\CON',
  'nul',
  '*',
  'user:*',
  '[a-z]?',
  '%2F',
  '%00',
  'a:b::c:',
  '{tag}key',
  'key\n',
  'line\r\nSET x 1',
  'tab\tkey',
  'nul\u0000inside',
  '\u0000stamp:user:1',
  '\u0000cursor',
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'length',
  'Schlüssel',
  '键',
  '🚀',
  'עברית',
  '-1',
  '0',
  '1e3',
  'null',
  'undefined',
  'k'.repeat(255),
  'k'.repeat(4096),
  'ü'.repeat(2048),
]

/** Keys that a careless tier takes for one. */
const PAIRS: readonly (readonly [string, string, string])[] = [
  ['in case', 'Key', 'key'],
  ['in Unicode normalisation', '\u00e9', 'e\u0301'],
  ['in a trailing space', 'key', 'key '],
  ['in a trailing dot', 'key', 'key.'],
  ['in a trailing newline', 'key', 'key\n'],
  ['in a trailing U+0000', 'key', 'key\u0000'],
  ['in a leading U+0000', 'key', '\u0000key'],
  ['in the separator', 'a:b', 'a/b'],
  ['in escaping', 'a/b', 'a%2Fb'],
  ['in leading zeros', '1', '01'],
  ['in the last of 4096 characters', `${'k'.repeat(4095)}a`, `${'k'.repeat(4095)}b`],
  ['in the first of 4096 characters', `a${'k'.repeat(4095)}`, `b${'k'.repeat(4095)}`],
]

/** Every key is a name of its own, whatever it is made of. */
export function keyChecks(check: Check): void {
  check('tells odd keys apart', async ({ tier, entry }) => {
    for (const key of ODD_KEYS) assert.equal(await tier.get(key), undefined, label(key))
    for (const [index, key] of ODD_KEYS.entries()) await tier.set(key, entry(index))
    for (const [index, key] of ODD_KEYS.entries()) assert.equal((await tier.get(key))?.value, index, label(key))
  })

  check('deletes an odd key and no other', async ({ tier, entry }) => {
    for (const key of ODD_KEYS) await tier.set(key, entry(key))
    for (const [index, key] of ODD_KEYS.entries()) {
      await tier.delete(key)
      assert.equal(await tier.get(key), undefined, label(key))
      const next = ODD_KEYS[index + 1]
      if (next !== undefined) assert.equal((await tier.get(next))?.value, next, label(next))
    }
  })

  for (const [difference, one, other] of PAIRS) {
    check(`never mixes two keys that differ ${difference}`, async ({ tier, entry }) => {
      await tier.set(one, entry('one'))
      assert.equal(await tier.get(other), undefined)
      await tier.set(other, entry('other'))
      assert.equal((await tier.get(one))?.value, 'one')
      await tier.delete(one)
      assert.equal((await tier.get(other))?.value, 'other')
    })
  }

  check('never gives one lone surrogate the value of another: UTF-8 has one replacement for both', async (bench) => {
    const { tier, entry } = bench
    await tier.set('\ud800', entry('high'))
    await tier.set('\udc00', entry('low'))
    assert.notEqual((await tier.get('\ud800'))?.value, 'low')
    assert.notEqual((await tier.get('\udc00'))?.value, 'high')
    assert.equal(await tier.get('\ufffd'), undefined)
  })

  check('adds nothing to the prototype of objects', async ({ tier, entry }) => {
    await tier.set('__proto__', entry({ polluted: true }))
    await tier.get('__proto__')
    assert.equal(({} as { polluted?: unknown }).polluted, undefined)
  })
}

function label(key: string): string {
  return `key ${JSON.stringify(key.length > 40 ? `${key.slice(0, 10)}... (${key.length})` : key)}`
}
