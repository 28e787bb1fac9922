import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import bunyan from 'bunyan'
import { createStream } from 'rotating-file-stream'
import { BINDINGS, fieldsOf, MESSAGE, NAME } from '../line.ts'
import type { Library, Place, Subject } from '../subject.ts'
import { rotatingFileOptions } from './rotating-file-options.ts'

const storage = new AsyncLocalStorage<bunyan>()

export const library: Library<'bunyan'> = { bunyan: open }

function open(place: Place): Subject {
  const stream: Writable =
    place.kind === 'file' ? createWriteStream(place.path, { flags: 'a' }) : createStream(...rotatingFileOptions(place))
  const log = bunyan.createLogger({ name: NAME, streams: [{ stream, level: 'info' }] }).child(BINDINGS)
  // Its way to a request's id is a child for each request.
  const current = (): bunyan => storage.getStore() ?? log
  return {
    inRequest: (id, fn) => storage.run(log.child({ request_id: id }, true), fn),
    info: (seq) => current().info(fieldsOf(seq), MESSAGE),
    error: (seq) => current().error(fieldsOf(seq), MESSAGE),
    debug: (seq) => current().debug(fieldsOf(seq), MESSAGE),
    close: async () => {
      stream.end()
      await once(stream, 'close')
    },
  }
}
