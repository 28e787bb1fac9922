import { readFileSync } from 'node:fs'
import { makeAnalysis, SMALLEST_ANALYSIS } from './analysis.ts'
import { formatSize } from './size.ts'
import { UsageError } from './usage-error.ts'

/** A value to store, and how long its JSON is. */
export interface Payload {
  /** `10 KiB`, or the name of the user's file. */
  readonly label: string
  /** UTF-8 bytes of the value as JSON. */
  readonly bytes: number
  readonly value: unknown
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
  return { label: formatSize(bytes), bytes: jsonBytes(value), value }
}

/**
 * The value in a JSON file of the user's own.
 * @throws UsageError where the file cannot be read or is not JSON.
 */
export function readPayload(file: string): Payload {
  const value = parseFile(file)
  if (value === null || typeof value !== 'object')
    throw new UsageError(`--payload ${file} must hold an object or array`)
  const bytes = jsonBytes(value)
  return { label: formatSize(bytes), bytes, value }
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
