import { createStream } from 'rotating-file-stream'
import { Logger } from 'tslog'
import { fileTransport } from 'tslog/transports/file'
import { BINDINGS, fieldsOf, MESSAGE, NAME } from '../line.ts'
import type { Library, Place, Subject } from '../subject.ts'
import { rotatingFileOptions } from './rotating-file-options.ts'

export const library: Library<'tslog'> = { tslog: open }

function open(place: Place): Subject {
  const root = new Logger({
    type: place.kind === 'both' ? 'pretty' : 'hidden',
    name: NAME,
    minLevel: 'INFO',
    // Its default where only a transport writes is to look for the caller's file, which takes twice as long as the line.
    stack: { capture: 'off' },
  })
  const transport =
    place.kind === 'file'
      ? fileTransport({ path: place.path, format: 'json' })
      : fileTransport({ stream: createStream(...rotatingFileOptions(place)), format: 'json' })
  root.attachTransport(transport)
  const log = root.getSubLogger({ bindings: BINDINGS })
  return {
    inRequest: (id, fn) => root.runInContext({ request_id: id }, fn),
    info: (seq) => void log.info(fieldsOf(seq), MESSAGE),
    error: (seq) => void log.error(fieldsOf(seq), MESSAGE),
    debug: (seq) => void log.debug(fieldsOf(seq), MESSAGE),
    close: async () => {
      await log.flush()
      await transport[Symbol.asyncDispose]()
    },
  }
}
