/** What became of the lines handed to one sink. `written + dropped + held` is what it was handed. */
export interface TargetStats {
  /** Lines that the operating system, or the stream, has taken. */
  readonly written: number
  /** Lines given up: the bound of waiting bytes was reached, or the place never came back before the end. */
  readonly dropped: number
  /** Operations of the outside world that failed. */
  readonly writeFaults: number
  readonly rotations: number
  /** Bytes that wait to be written. */
  readonly bufferedBytes: number
}

/** A place that takes finished lines: a file, a terminal, a pipe. No method ever throws, whatever the outside world does. */
export interface LineTarget {
  /**
   * Takes one line that ends in LF. Written at the end of the running turn of the event loop, or at once where
   * `isUrgent`.
   */
  write(line: string, isUrgent: boolean): void
  /**
   * Resolves when all that was taken before is written or dropped; keeps the process alive until then. An outage is not waited for:
   * `stats().bufferedBytes` says what waits on. Never rejects.
   */
  flush(): Promise<void>
  /** Writes what waits as far as that is possible without waiting for long: for the end of the process. */
  flushSync(): void
  /** Flushes and gives everything back; a later `write` is counted as dropped. Never rejects. */
  close(): Promise<void>
  stats(): TargetStats
}

/** What a target asks of its surroundings. */
export interface TargetContext {
  /** A line, LF included, that says how many lines were dropped; written when writing goes on. */
  dropNotice(count: number): string
  /** Tells the operator on stderr of a fault; called once per change of state, never per line. */
  report(message: string): void
}
