import { setImmediate as turn } from 'node:timers/promises'
import { seededRandom } from '@org/testkit'
import { retainedBytes } from '../src/tiers/memory/retained-bytes.ts'
import { type Kind, kindsOf, textOf } from './retained-kinds.fixture.ts'

/** A line of JSON for each kind: what its copies take in the heap and outside, and what they were taken for, per copy. */
const collect = (globalThis as { gc?: () => void }).gc as () => void

async function memory(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collect()
    await turn()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function fill(kind: Kind, values: unknown[], keys: string[], key: (at: number) => string): void {
  for (let at = 0; at < kind.count; at++) {
    values[at] = kind.make()
    keys[at] = key(at)
  }
}

const random = seededRandom(Number(process.argv[2]))
const key = (): string => textOf(random, 'abcdefghijklmnopqrstuvwxyz0123456789', 24)

for (const kind of kindsOf(random)) {
  const values: unknown[] = new Array(kind.count).fill(null)
  const keys: string[] = new Array(kind.count).fill('')
  // What code and shapes take is there after the first time.
  fill(kind, values, keys, key)
  for (const value of values) retainedBytes(value, '')
  values.fill(null)
  keys.fill('')
  const before = await memory()
  fill(kind, values, keys, key)
  let estimate = 0
  for (let at = 0; at < kind.count; at++) estimate += retainedBytes(values[at], keys[at] as string)
  const taken = (await memory()) - before
  const { name, exact, count } = kind
  // Both are alive to here.
  if (values.length !== keys.length) throw new Error('unreachable')
  process.stdout.write(`${JSON.stringify({ name, exact, count, taken: taken / count, estimate: estimate / count })}\n`)
}
