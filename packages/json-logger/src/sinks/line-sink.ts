import { Bindings } from '../bindings.ts'
import { innerContext } from '../context.ts'
import { WITHOUT_COLOURS } from '../encoder/console-style.ts'
import { Layout } from '../encoder/layout.ts'
import type { LineShape } from '../encoder/field-encoder.ts'
import { LineEncoder, type LineFormat } from '../encoder/line-encoder.ts'
import { SEVERITY, type Severity, type Threshold } from '../level.ts'
import { PLAIN } from '../presets/preset.ts'
import type { LogRecord } from '../record.ts'
import { createRedactor } from '../redact.ts'
import { Source } from '../source.ts'
import type { LineTarget, TargetContext, TargetStats } from './line-target.ts'
import { reportOnStderr } from './report.ts'
import type { Sink } from './sink.ts'

/** What tells one sink of lines from another. */
export interface LineSinkOptions {
  /** In `stats()` and in reports. */
  readonly name: string
  /** The whole path of the file that it writes, where it is one. */
  readonly file?: string
  readonly level: Threshold | undefined
  readonly format: LineFormat
  readonly hasColours: boolean
  /** Opens the place that takes the lines. */
  readonly open: (context: TargetContext) => LineTarget
}

const PLAIN_SHAPE: LineShape = {
  layout: new Layout(PLAIN, {}),
  redactor: createRedactor(false),
  style: WITHOUT_COLOURS,
  maxLineBytes: PLAIN.maxLineBytes,
}
const NOTICES = new Source('json-logger', 0)
const NOTHING: TargetStats = { written: 0, dropped: 0, writeFaults: 0, rotations: 0, bufferedBytes: 0 }

/**
 * A sink that writes lines. Among the sinks of `setupLogging` it is handed finished lines; a sink of your own may hand it
 * records with `write`, to filter or to route, and then has to flush and close it as well.
 */
export class LineSink implements Sink {
  readonly name: string
  readonly file: string | undefined
  readonly level: Threshold | undefined
  readonly format: LineFormat
  readonly hasColours: boolean
  readonly #open: LineSinkOptions['open']
  #target: LineTarget | undefined
  #encoder: LineEncoder = new LineEncoder(PLAIN_SHAPE)
  #isClosed = false

  constructor({ name, file, level, format, hasColours, open }: LineSinkOptions) {
    this.name = name
    this.file = file
    this.level = level
    this.format = format
    this.hasColours = hasColours
    this.#open = open
  }

  /** The place that takes the lines, opened at its first use. */
  get target(): LineTarget {
    this.#target ??= this.#open({
      dropNotice: (count) => this.#notice(count),
      report: (message) => reportOnStderr(`${this.name}: ${message}`),
    })
    return this.#target
  }

  /** Opens the place, anew where it was closed; lines of its own look like those of `shape` from now on. */
  attach(shape: LineShape): void {
    this.#encoder = new LineEncoder(shape)
    if (this.#isClosed) this.#target = undefined
    this.#isClosed = false
    void this.target
  }

  write(record: LogRecord): void {
    const severity = SEVERITY[record.level]
    this.target.write(this.#lineOf(record, severity), severity >= SEVERITY.error)
  }

  async flush(): Promise<void> {
    await this.#target?.flush()
  }

  flushSync(): void {
    this.#target?.flushSync()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#target?.close()
  }

  stats(): TargetStats {
    return this.#target?.stats() ?? NOTHING
  }

  #lineOf(record: LogRecord, severity: Severity): string {
    const { time, logger, bindings, message, fields } = record
    const context = innerContext(undefined, { requestId: record.requestId, trace: record.trace })
    return this.#made(
      time,
      severity,
      new Source(logger, 0),
      new Bindings(undefined, bindings),
      context,
      message,
      fields,
    )
  }

  #notice(count: number): string {
    const message = `${count} ${count === 1 ? 'line' : 'lines'} dropped`
    return this.#made(Date.now(), SEVERITY.warn, NOTICES, undefined, undefined, message, {
      sink: this.name,
      dropped: count,
    })
  }

  // An encoder of its own: it may be asked while the engine's has a line in hand.
  #made(...[now, severity, source, bindings, context, message, fields]: LineParts): string {
    const encoder = this.#encoder
    const made = encoder.encode(
      now,
      severity,
      source,
      bindings,
      context,
      message,
      fields,
      this.format === 'json',
      this.format !== 'json',
    )
    return encoder.line(made, this.format, this.hasColours)
  }
}

type LineParts = Parameters<LineEncoder['encode']> extends [...infer Parts, boolean, boolean] ? Parts : never
