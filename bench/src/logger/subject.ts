/** Where a contestant is to write. */
export interface Place {
  /** `both`: JSON to the rotated file, and text to stdout. */
  readonly kind: 'file' | 'rotated' | 'both'
  /** The file, in a folder that is there; `/dev/null` for the null device. */
  readonly path: string
  /** The file is rotated above this size. */
  readonly maxFileBytes: number
  /** Rotated files that are kept. */
  readonly backups: number
}

/** Logs the line of this number. */
export type LogLine = (seq: number) => void

/** A contestant set up and ready to be called in a loop. All lines have the message, fields and bindings of `line.ts`. */
export interface Subject {
  /** Runs `fn`: each line that it writes has the id, by way of AsyncLocalStorage. */
  readonly inRequest: (id: string, fn: () => void) => void
  readonly info: LogLine
  readonly error: LogLine
  /** A line below the level of the logger, so that nothing is to be written. */
  readonly debug: LogLine
  /** The same with the fields as a function, where the contestant takes one. */
  readonly debugLazy?: LogLine
  /** Ends what can be ended; all lines are where they belong then. */
  close(): Promise<void>
  /** Lines that the contestant says it dropped, where it counts them. */
  dropped?(): number
}

/** Sets a contestant up. */
type Open = (place: Place) => Promise<Subject> | Subject

/** One library under one or several sets of options. */
export type Library<Id extends string> = Readonly<Record<Id, Open>>
