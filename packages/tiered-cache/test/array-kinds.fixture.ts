import { Script } from 'node:vm'
import { decodeText, encodeText } from '../src/codec/structured.ts'
import { copier } from '../src/tiers/memory/value-copy.ts'
import { retainedBytes } from '../src/tiers/memory/retained-bytes.ts'

/** A line of JSON: which kinds of arrays V8 keeps otherwise after something was done with them. */
const ROUNDS = 200
const LENGTH = 64

const isOfKind = (kind: string): ((array: unknown) => boolean) => {
  return new Script(`(array) => %Has${kind}Elements(array)`).runInThisContext() as (array: unknown) => boolean
}
const KINDS = ['Smi', 'Double', 'Object', 'Holey', 'Dictionary'].map((kind) => ({ kind, is: isOfKind(kind) }))

function kindOf(array: unknown): string {
  const kinds = KINDS.filter(({ is }) => is(array)).map(({ kind }) => kind)
  return kinds.join(' ')
}

function filled(value: (at: number) => unknown): unknown[] {
  return Array.from({ length: LENGTH }, (_, at) => value(at))
}

function withHoles(array: unknown[]): unknown[] {
  Reflect.deleteProperty(array, LENGTH / 2)
  return array
}

const MAKERS: readonly (() => unknown[])[] = [
  () => filled((at) => at + 0.5),
  () => filled((at) => `text ${at}`),
  () => filled((at) => at),
  () => filled((at) => ({ at })),
  () => withHoles(filled((at) => at + 0.5)),
  () => withHoles(filled((at) => at)),
  () => filled((at) => (at % 2 === 0 ? at + 0.5 : null)),
]

/** Does something with an array, and gives the one to look at. */
const WAYS: Readonly<Record<string, (array: unknown[]) => unknown>> = {
  'encoded as JSON or a table': (array) => (encodeText(array), array),
  'encoded as a table': (array) => (encodeText(new Set([array])), array),
  'decoded from a table': (array) => [...(decodeText(encodeText(new Set([array]))) as Set<unknown>)][0],
  cloned: (array) => (copier('clone')?.store(array, 'key'), array),
  measured: (array) => (retainedBytes(array, 'key'), array),
}

const changed = new Set<string>()
for (const [way, pass] of Object.entries(WAYS)) {
  for (let round = 0; round < ROUNDS; round++) {
    for (const make of MAKERS) {
      const array = make()
      const before = kindOf(array)
      const after = kindOf(pass(array))
      if (before !== after) changed.add(`${way}: ${before} became ${after}`)
    }
  }
}
process.stdout.write(
  JSON.stringify({ kinds: [...new Set(MAKERS.map((make) => kindOf(make())))], changed: [...changed] }),
)
