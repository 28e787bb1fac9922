// The line that everybody writes: message, five fields, two bindings of the logger and the id of the request, about 240
// bytes of JSON.

/** The message of every line. */
export const MESSAGE = 'analysis stored'

/** The name of every logger. */
export const NAME = 'app.services'

/** What every logger is bound to. */
export const BINDINGS = { service: 'analysis', instance: 'node-7' } as const

/** The fields of one line; `seq` tells the lines of a run apart. */
export function fieldsOf(seq: number) {
  return { seq, fileSize: 5_000_000, duration: 30.5, language: 'en-GB', cached: false }
}

/** Lines that one request writes. */
export const LINES_PER_REQUEST = 10

/** The id of the request that writes a line. */
export function requestIdOf(seq: number): string {
  return `req-${String(Math.floor(seq / LINES_PER_REQUEST)).padStart(9, '0')}`
}
