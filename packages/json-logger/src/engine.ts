import type { Bindings } from './bindings.ts'
import { currentContext } from './context.ts'
import type { LineShape } from './encoder/field-encoder.ts'
import { LineEncoder } from './encoder/line-encoder.ts'
import type { Fields } from './fields.ts'
import { LEVELS, SEVERITY, type Severity, SILENT, thresholdSeverity } from './level.ts'
import { callParts } from './message.ts'
import { ownFields } from './own-fields.ts'
import { recordOf } from './record-maker.ts'
import { LineSink } from './sinks/line-sink.ts'
import type { TargetStats } from './sinks/line-target.ts'
import { RecordOutput } from './sinks/record-output.ts'
import type { Sink } from './sinks/sink.ts'
import type { Source } from './source.ts'

/** Counters of one sink. `written + dropped` and the lines that still wait are all lines it was handed. */
export interface SinkStats extends TargetStats {
  readonly name: string
}

/** Counters since `setupLogging`. */
export interface LoggingStats {
  /** Calls at a level that was written. */
  readonly lines: number
  /** Lines given up, over all sinks. */
  readonly dropped: number
  readonly writeFaults: number
  readonly rotations: number
  /** Bytes that wait to be written. */
  readonly bufferedBytes: number
  readonly sinks: readonly SinkStats[]
}

/** A sink and the least severity that it takes. */
interface Output<S> {
  readonly severity: number
  readonly sink: S
}

/** User code that logs while it is asked for a value may do so to this depth; what is deeper is dropped, or it would never end. */
const MAX_NESTING = 4

/** Takes the lines of all loggers: encodes each once and fans it out to the sinks. No method throws or rejects. */
export class Engine {
  /** The least severity that any sink takes. */
  readonly leastSeverity: number
  readonly #shape: LineShape
  readonly #encoder: LineEncoder
  readonly #sinks: readonly Sink[]
  readonly #lineOutputs: readonly Output<LineSink>[]
  readonly #recordOutputs: readonly Output<RecordOutput>[]
  /** Whether some sink takes JSON, text, records of a level; in rising order. */
  readonly #wantsJson: readonly boolean[]
  readonly #wantsText: readonly boolean[]
  readonly #wantsRecord: readonly boolean[]
  #lines = 0
  #lost = 0
  #nesting = 0
  #closing: Promise<void> | undefined

  constructor(shape: LineShape, sinks: readonly Sink[]) {
    const outputs = sinks.map((sink) => ({ severity: severityOf(sink), sink }))
    this.#shape = shape
    this.#encoder = new LineEncoder(shape)
    this.#sinks = sinks
    this.leastSeverity = Math.min(SILENT, ...outputs.map(({ severity }) => severity))
    this.#lineOutputs = outputs.flatMap(({ severity, sink }) => (sink instanceof LineSink ? { severity, sink } : []))
    this.#recordOutputs = outputs.flatMap(({ severity, sink }, at) =>
      sink instanceof LineSink ? [] : { severity, sink: new RecordOutput(`sinks[${at}]`, sink) },
    )
    this.#wantsJson = levelsOf(this.#lineOutputs.filter(({ sink }) => sink.format === 'json'))
    this.#wantsText = levelsOf(this.#lineOutputs.filter(({ sink }) => sink.format !== 'json'))
    this.#wantsRecord = levelsOf(this.#recordOutputs)
    for (const { sink } of this.#lineOutputs) sink.attach(shape)
  }

  /** Takes one call, whatever its message and fields are. */
  write(source: Source, bindings: Bindings | undefined, severity: Severity, message: unknown, fields: unknown): void {
    this.#lines++
    if (this.#nesting === MAX_NESTING) {
      this.#lost++
      return
    }
    this.#nesting++
    try {
      this.#fanOut(source, bindings, severity, message, fields)
    } catch {
      // The stack or the memory is at its end: a log call adds no error to that.
      this.#lost++
    } finally {
      this.#nesting--
    }
  }

  async flush(): Promise<void> {
    await Promise.all(this.#sinks.map((sink) => settled(() => sink.flush?.())))
  }

  flushSync(): void {
    for (const sink of this.#sinks) {
      try {
        sink.flushSync?.()
      } catch {
        // A user's own sink: the others are flushed all the same.
      }
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.all(this.#sinks.map((sink) => settled(() => sink.close?.() ?? sink.flush?.())))
  }

  stats(): LoggingStats {
    const outputs = [...this.#lineOutputs, ...this.#recordOutputs]
    const sinks = outputs.map(({ sink }): SinkStats => ({ name: sink.name, ...sink.stats() }))
    const sum = (of: (stats: SinkStats) => number): number => sinks.reduce((total, each) => total + of(each), 0)
    return {
      lines: this.#lines,
      dropped: this.#lost + sum((each) => each.dropped),
      writeFaults: sum((each) => each.writeFaults),
      rotations: sum((each) => each.rotations),
      bufferedBytes: sum((each) => each.bufferedBytes),
      sinks,
    }
  }

  #fanOut(source: Source, bindings: Bindings | undefined, severity: Severity, message: unknown, fields: unknown): void {
    if (typeof message === 'string' && (fields === undefined || (typeof fields === 'object' && fields !== null))) {
      this.#make(source, bindings, severity, message, fields as Fields | undefined)
    } else {
      const parts = callParts(message, fields, this.#shape.redactor)
      this.#make(source, bindings, severity, parts.message, parts.fields)
    }
  }

  #make(
    source: Source,
    bindings: Bindings | undefined,
    severity: Severity,
    message: string,
    fields: Fields | undefined,
  ): void {
    const now = Date.now()
    const context = currentContext()
    const at = severity >> 2
    const wantsJson = this.#wantsJson[at] as boolean
    const wantsText = this.#wantsText[at] as boolean
    const wantsRecord = this.#wantsRecord[at] as boolean
    // The caller's getters run once, however many sinks there are.
    const given = wantsRecord && fields !== undefined ? ownFields(fields) : fields
    if (wantsJson || wantsText) {
      const encoder = this.#encoder
      const made = encoder.encode(now, severity, source, bindings, context, message, given, wantsJson, wantsText)
      for (const { severity: least, sink } of this.#lineOutputs) {
        if (severity < least) continue
        sink.target.write(encoder.line(made, sink.format, sink.hasColours), severity >= SEVERITY.error)
      }
    }
    if (!wantsRecord) return
    // Last, since they may run code that logs as well.
    const record = recordOf(this.#shape, now, severity, source, bindings, context, message, given)
    for (const { severity: least, sink } of this.#recordOutputs) if (severity >= least) sink.write(record)
  }
}

/** Whether any of the outputs takes a level; in rising order. */
function levelsOf(outputs: readonly Output<unknown>[]): readonly boolean[] {
  return LEVELS.map((level) => outputs.some(({ severity }) => SEVERITY[level] >= severity))
}

function severityOf({ level }: Sink): number {
  return level === undefined ? 0 : thresholdSeverity('level of a sink', level)
}

async function settled(run: () => Promise<void> | undefined): Promise<void> {
  try {
    await run()
  } catch {
    // A user's own sink: what it could not do is not ours to mend.
  }
}
