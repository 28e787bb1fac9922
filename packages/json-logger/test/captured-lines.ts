import type { LineFormat } from '../src/encoder/line-encoder.ts'
import type { Threshold } from '../src/level.ts'
import { LineSink } from '../src/sinks/line-sink.ts'

/** A sink whose lines tests look at, at once. */
export interface CapturedLines {
  readonly sink: LineSink
  readonly lines: string[]
  /** The JSON of a line; of the last one where none is named. */
  parsed(at?: number): Record<string, unknown>
}

/** @param onWrite runs at each line, as a stream's own code may */
export function captureLines(
  format: LineFormat,
  options: { level?: Threshold; hasColours?: boolean; onWrite?: () => void } = {},
): CapturedLines {
  const lines: string[] = []
  const { level, hasColours = false, onWrite } = options
  const sink = new LineSink({
    name: `captured ${format}`,
    level,
    format,
    hasColours,
    open: () => ({
      write: (line) => {
        lines.push(line)
        onWrite?.()
      },
      flush: () => Promise.resolve(),
      flushSync: () => undefined,
      close: () => Promise.resolve(),
      stats: () => ({ written: lines.length, dropped: 0, writeFaults: 0, rotations: 0, bufferedBytes: 0 }),
    }),
  })
  return { sink, lines, parsed: (at = -1) => JSON.parse(lines.at(at) ?? '') as Record<string, unknown> }
}
