import { getLogger, setupLogging, withRequestId } from '@org/json-logger'
import { BINDINGS, fieldsOf, MESSAGE, NAME } from '../line.ts'
import type { Library, Place, Subject } from '../subject.ts'

export const library: Library<'ours' | 'ours-line'> = {
  ours: (place) => open(place, 'turn'),
  'ours-line': (place) => open(place, 'line'),
}

// As it comes: redaction of the default keys and all limits are on.
function open(place: Place, durability: 'turn' | 'line'): Subject {
  const logging = setupLogging({
    level: 'info',
    console: place.kind === 'both' ? 'stdout' : false,
    file: place.path,
    json: true,
    maxFileBytes: place.kind === 'file' ? Number.POSITIVE_INFINITY : place.maxFileBytes,
    backupCount: place.backups,
    durability,
  })
  const log = getLogger(NAME).child(BINDINGS)
  return {
    inRequest: withRequestId,
    info: (seq) => log.info(MESSAGE, fieldsOf(seq)),
    error: (seq) => log.error(MESSAGE, fieldsOf(seq)),
    debug: (seq) => log.debug(MESSAGE, fieldsOf(seq)),
    debugLazy: (seq) => log.debug(MESSAGE, () => fieldsOf(seq)),
    close: () => logging.close(),
    dropped: () => logging.stats().dropped,
  }
}
