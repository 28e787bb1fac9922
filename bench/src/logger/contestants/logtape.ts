import { AsyncLocalStorage } from 'node:async_hooks'
import { type FileSinkOptions, getFileSink, getRotatingFileSink } from '@logtape/file'
import {
  configure,
  dispose,
  getConsoleSink,
  getLogger,
  jsonLinesFormatter,
  logfmtFormatter,
  type Sink,
  type TextFormatter,
  withContext,
} from '@logtape/logtape'
import { getPrettyFormatter } from '@logtape/pretty'
import { BINDINGS, fieldsOf, MESSAGE, NAME } from '../line.ts'
import type { Library, Place, Subject } from '../subject.ts'

export const library: Library<'logtape' | 'logtape-non-blocking' | 'logtape-logfmt' | 'logtape-line'> = {
  logtape: (place) => open(place, {}),
  'logtape-non-blocking': (place) => open(place, { nonBlocking: true }),
  'logtape-logfmt': (place) => open(place, { nonBlocking: true }, logfmtFormatter),
  'logtape-line': (place) => open(place, { bufferSize: 0 }),
}

type FileOptions = Pick<FileSinkOptions, 'nonBlocking' | 'bufferSize'>

const pretty = getPrettyFormatter({ colors: false, properties: true, timestamp: 'time' })

async function open(place: Place, options: FileOptions, text: TextFormatter = pretty): Promise<Subject> {
  const sinks: Record<string, Sink> = { file: fileSink(place, options) }
  if (place.kind === 'both') sinks.console = consoleSink(text, options.nonBlocking === true)
  const all = Object.keys(sinks)
  await configure({
    sinks,
    loggers: [
      { category: NAME.split('.'), lowestLevel: 'info', sinks: all },
      { category: ['logtape', 'meta'], lowestLevel: 'fatal', sinks: all },
    ],
    contextLocalStorage: new AsyncLocalStorage(),
  })
  const log = getLogger(NAME.split('.')).with(BINDINGS)
  return {
    inRequest: (id, fn) => withContext({ request_id: id }, fn),
    info: (seq) => log.info(MESSAGE, fieldsOf(seq)),
    error: (seq) => log.error(MESSAGE, fieldsOf(seq)),
    debug: (seq) => log.debug(MESSAGE, fieldsOf(seq)),
    debugLazy: (seq) => log.debug(MESSAGE, () => fieldsOf(seq)),
    close: dispose,
  }
}

function fileSink({ kind, path, maxFileBytes, backups }: Place, options: FileOptions): Sink {
  const all = { formatter: jsonLinesFormatter, ...options }
  return kind === 'file'
    ? getFileSink(path, all)
    : getRotatingFileSink(path, { ...all, maxSize: maxFileBytes, maxFiles: backups + 1 })
}

// With the 100 records of its default it drops those of a busy turn.
const CONSOLE_BUFFER = { bufferSize: 1000, flushInterval: 100 }

function consoleSink(formatter: TextFormatter, isNonBlocking: boolean): Sink {
  return getConsoleSink({
    formatter,
    nonBlocking: isNonBlocking && CONSOLE_BUFFER,
  })
}
