import { crc32 } from 'node:zlib'
import type { Entry } from '@org/tiered-cache'

/** A write as one line of a log; without an entry it is a delete. */
export interface LoggedWrite {
  readonly key: string
  readonly entry?: Entry | undefined
}

/** How lines are read back; each of the careless ways is a bug that a harness has to find. */
export type LineReading = 'chained' | 'skipping' | 'unchecked'

const SUM_DIGITS = 8

/** The line, whose sum covers all lines before it by the sum of the last one. */
export function lineOf(write: LoggedWrite, previousSum: string): string {
  const text = JSON.stringify(write)
  return `${sumOf(text, previousSum)} ${text}\n`
}

export function sumIn(line: string): string {
  return line.slice(0, SUM_DIGITS)
}

/** The writes of a log and its bytes up to the first line that is not as it was written. */
export function readLines(log: string, reading: LineReading): { writes: LoggedWrite[]; length: number; sum: string } {
  const writes: LoggedWrite[] = []
  let [length, sum] = [0, '']
  for (const line of log.split('\n').slice(0, -1)) {
    const text = line.slice(SUM_DIGITS + 1)
    if (reading === 'unchecked' || sumIn(line) === sumOf(text, sum)) {
      const write = JSON.parse(text) as LoggedWrite
      writes.push({ ...write, entry: write.entry && { ...write.entry, etag: write.entry.etag } })
    } else if (reading === 'chained') break
    length += Buffer.byteLength(line) + 1
    sum = reading === 'skipping' ? '' : sumIn(line)
  }
  return { writes, length, sum: reading === 'chained' ? sum : '' }
}

function sumOf(text: string, previousSum: string): string {
  return crc32(previousSum + text)
    .toString(16)
    .padStart(SUM_DIGITS, '0')
}
