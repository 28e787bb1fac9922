import { Engine, type LoggingStats } from './engine.ts'
import { type Threshold, thresholdSeverity } from './level.ts'
import { assertName } from './option-object.ts'
import { type LoggingOptions, resolveLogging } from './options.ts'
import { install, installedEngine, refreshLevels } from './runtime.ts'
import { flushOnSignals } from './signals.ts'
import { assertOwnFiles } from './sinks/own-files.ts'

/** What `setupLogging` has set up. */
export interface Logging extends AsyncDisposable {
  /**
   * Changes a level while running, of a logger name or glob or else of all that none rules; felt by every existing logger at
   * its next call.
   * @throws TypeError or RangeError naming the argument.
   */
  setLevel(level: Threshold, logger?: string): void
  /**
   * Resolves when all lines so far are written, or dropped and counted. A place that is out of order (a full disk) is not waited for:
   * `stats().bufferedBytes` says what waits on. A pipe that nobody reads is: somebody may come; `close` gives up after
   * `exitFlushTimeout`. Never rejects.
   */
  flush(): Promise<void>
  /** Writes at once what can be written without waiting for others. */
  flushSync(): void
  /** Flushes and closes all sinks; lines that come later go to stderr, as before the set-up. Never rejects. */
  close(): Promise<void>
  stats(): LoggingStats
}

/**
 * Sets logging up for the whole process, at once: coloured text on the console and, where a file is named, JSON lines in a
 * rotated file. Called again it replaces what was; loggers already handed out follow.
 * @throws TypeError or RangeError naming the option, and changes nothing then.
 */
export function setupLogging(options: LoggingOptions = {}): Logging {
  const { rules, shape, sinks, flushOnSignal } = resolveLogging(options, process.env)
  assertOwnFiles(sinks)
  // The one before gives back its files first: the next may use the same.
  void install(undefined)?.close()
  const engine = new Engine(shape, sinks)
  install({ engine, rules })
  const forgetSignals = flushOnSignal ? flushOnSignals(() => engine.flushSync()) : undefined
  const close = async (): Promise<void> => {
    forgetSignals?.()
    if (installedEngine() === engine) install(undefined)
    await engine.close()
  }
  return {
    setLevel: (level, logger) => {
      if (logger !== undefined) assertName('logger', logger)
      rules.set(logger, thresholdSeverity('level', level))
      refreshLevels()
    },
    flush: () => engine.flush(),
    flushSync: () => engine.flushSync(),
    close,
    stats: () => engine.stats(),
    [Symbol.asyncDispose]: close,
  }
}
