import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BINDINGS, fieldsOf, MESSAGE, requestIdOf } from './line.ts'

/** The lines of a folder as a reader finds them. What a contestant says of itself, such as of lines dropped, is none. */
export interface Written {
  /** How often each `seq` is there as a whole line. */
  readonly counts: ReadonlyMap<number, number>
  /** Lines that are no JSON: pieces. */
  readonly torn: number
  /** A line that lacks a part of what was logged, or `undefined`. */
  readonly poor: string | undefined
}

/** Reads every log of a folder: `app.log` and what rotation made of it, whatever the contestant calls it. */
export function readLogs(folder: string): Written {
  const counts = new Map<number, number>()
  let torn = 0
  let poor: string | undefined
  for (const line of logLines(folder)) {
    const leaves = leavesOf(line)
    if (leaves === undefined) torn++
    const seq = leaves?.get('seq')
    if (leaves === undefined || typeof seq !== 'number') continue
    counts.set(seq, (counts.get(seq) ?? 0) + 1)
    poor ??= isWhole(leaves, seq) ? undefined : line
  }
  return { counts, torn, poor }
}

/** Says what is wrong with the lines of a contestant; `undefined` where each of them is there once, whole. */
export function faultOfLines(folder: string, expected: number): string | undefined {
  const { counts, torn, poor } = readLogs(folder)
  if (counts.size !== expected) return `wrote ${counts.size} of ${expected} lines`
  if (torn > 0) return `${torn} lines are no JSON`
  const twice = [...counts.values()].filter((count) => count > 1).length
  if (twice > 0) return `wrote ${twice} lines twice`
  return poor === undefined ? undefined : `a line lacks a part: ${poor}`
}

/**
 * The same of the text on the console, of which people's eyes ask no other rules: so many messages and fields and, where
 * it is to be whole, as many ids and bindings.
 */
export function faultOfText(text: string, expected: number, isWholeText: boolean): string | undefined {
  const parts = isWholeText ? [MESSAGE, 'en-GB', 'req-', BINDINGS.instance] : [MESSAGE, 'en-GB']
  for (const part of parts) {
    const count = text.split(part).length - 1
    if (count !== expected) return `the console has '${part}' ${count} times, not ${expected} times`
  }
  return undefined
}

/** Says whether rotation came too late: nobody is exact, but a file far above the limit was not rotated. */
export function faultOfSizes(folder: string, maxFileBytes: number): string | undefined {
  const largest = Math.max(...logFiles(folder).map((path) => statSync(path).size))
  return largest <= maxFileBytes * TOLERANCE
    ? undefined
    : `has a file of ${largest} bytes for a limit of ${maxFileBytes}`
}

const TOLERANCE = 1.25

function* logLines(folder: string): Generator<string> {
  for (const path of logFiles(folder)) {
    yield* readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  }
}

/** Sorted; winston-daily-rotate-file keeps a list of its files beside them. */
function logFiles(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.startsWith('app'))
  return names.toSorted().map((name) => join(folder, name))
}

/** All values of a line by their key, at whatever depth the contestant puts them. */
function leavesOf(line: string): Map<string, unknown> | undefined {
  try {
    const leaves = new Map<string, unknown>()
    JSON.parse(line, (key, value: unknown) => {
      if (typeof value !== 'object') leaves.set(key, value)
      return value
    })
    return leaves
  } catch {
    return undefined
  }
}

function isWhole(leaves: ReadonlyMap<string, unknown>, seq: number): boolean {
  const values = [...leaves.values()]
  const named = Object.entries({ ...fieldsOf(seq), ...BINDINGS, request_id: requestIdOf(seq) })
  return values.includes(MESSAGE) && named.every(([name, value]) => leaves.get(name) === value)
}
