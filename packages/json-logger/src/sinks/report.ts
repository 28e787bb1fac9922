import { writeSync } from 'node:fs'

/**
 * Tells the operator of a fault of the logger itself: one line on stderr, past all sinks. Whatever happens to stderr, the
 * caller does not hear of it.
 */
export function reportOnStderr(message: string): void {
  const line = `json-logger: ${message}\n`
  try {
    const { stderr } = process
    // Only the main thread has the descriptor: another's may have been given to somebody else.
    if (typeof stderr.fd === 'number') writeSync(stderr.fd, line)
    else (stderr as NodeJS.WriteStream).write(line)
  } catch {
    // There is nobody left to tell.
  }
}
