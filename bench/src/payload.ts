import { readFileSync } from 'node:fs'
import { makeAnalysis, SMALLEST_ANALYSIS } from './analysis.ts'
import { formatSize } from './size.ts'
import { UsageError } from './usage-error.ts'

/** Whether a value was made here or comes from a file of the user's own. */
export type PayloadOrigin = 'made' | 'own'

/** A value to store, and how long its JSON is. */
export interface Payload {
  /** Its size, such as `10 KiB`. */
  readonly label: string
  /** UTF-8 bytes of the value as JSON. */
  readonly bytes: number
  readonly value: unknown
  readonly origin: PayloadOrigin
}

/**
 * A speech analysis whose JSON is `bytes` long; the same one for the same size, always.
 * @throws UsageError where `bytes` is too few to hold one.
 */
export function makePayload(bytes: number): Payload {
  if (bytes < SMALLEST_ANALYSIS) {
    throw new UsageError(`--size must be at least ${SMALLEST_ANALYSIS}b, the smallest analysis, got ${bytes}b`)
  }
  const value = makeAnalysis(bytes)
  return { label: formatSize(bytes), bytes: jsonBytes(value), value, origin: 'made' }
}

/**
 * The value in a JSON file of the user's own: of any kind, also null, since a cache keeps that as a value like any other.
 * @throws UsageError where the file cannot be read or is not JSON.
 */
export function readPayload(file: string): Payload {
  // Once through text: -0 and 1e400 are JSON that JavaScript reads but does not write, so no tier of text gives them back.
  const value: unknown = JSON.parse(JSON.stringify(parseFile(file)))
  const bytes = jsonBytes(value)
  return { label: formatSize(bytes), bytes, value, origin: 'own' }
}

function parseFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`--payload ${file}: ${(error as Error).message}`)
  }
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
