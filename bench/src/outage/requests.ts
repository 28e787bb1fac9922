import { type Analysis, makeAnalysis } from '../analysis.ts'

/** What comes in, each kind at the same rate, in turn. */
export const KINDS = ['hit', 'miss', 'memory', 'set'] as const

export type Kind = (typeof KINDS)[number]

/** Entries that memory holds all the time: `memory` asks for them in turn. */
export const MEMORY_KEYS: readonly string[] = Array.from({ length: 20 }, (_key, at) => `memory:${at}`)

const VALUE: Analysis = makeAnalysis(200)

/** The key of the request `at` of its kind. Of all kinds but `memory` each key comes once: of `hit` in Redis only, else nowhere. */
export function keyOf(kind: Kind, at: number): string {
  return kind === 'memory' ? (MEMORY_KEYS[at % MEMORY_KEYS.length] as string) : `${kind}:${at}`
}

/** What belongs under a key. */
export function valueOf(key: string): Analysis {
  return { ...VALUE, id: key }
}
