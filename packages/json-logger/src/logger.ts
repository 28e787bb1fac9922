/** Severity of a line, in rising order from `trace` to `fatal`. */
export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** Named values of one line. */
export interface Fields {
  readonly [name: string]: unknown
}

/** Writes one line. */
export type Log = (message: string, fields?: Fields) => void

/** A named source of lines. */
export interface Logger {
  readonly name: string
  readonly trace: Log
  readonly debug: Log
  readonly info: Log
  readonly warn: Log
  readonly error: Log
  readonly fatal: Log
  /** Whether a line of `level` is written at all. */
  isEnabled(level: Level): boolean
}

const SEVERITY: Readonly<Record<Level, number>> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 }
const THRESHOLD = SEVERITY.info

/** A logger whose lines of `info` and above go to stderr as `14:30:45 - app.services - INFO - message key=value`. */
export function getLogger(name = 'app'): Logger {
  const log =
    (level: Level): Log =>
    (message, fields) => {
      if (SEVERITY[level] >= THRESHOLD) process.stderr.write(textLine(new Date(), name, level, message, fields))
    }
  return {
    name,
    trace: log('trace'),
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    fatal: log('fatal'),
    isEnabled: (level) => SEVERITY[level] >= THRESHOLD,
  }
}

function textLine(time: Date, name: string, level: Level, message: string, fields: Fields = {}): string {
  const clock = time.toTimeString().slice(0, 8)
  const pairs = Object.entries(fields).map(([field, value]) => ` ${field}=${oneLine(text(value))}`)
  return `${clock} - ${name} - ${level.toUpperCase()} - ${oneLine(message)}${pairs.join('')}\n`
}

function text(value: unknown): string {
  if (value instanceof Error) return value.message
  if (typeof value !== 'object' || value === null) return String(value)
  try {
    return JSON.stringify(value)
  } catch {
    return '[unserializable]'
  }
}

/** A line stays one line, whatever the message holds. */
function oneLine(value: string): string {
  return value.replace(/[\p{Cc}\u2028\u2029]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
