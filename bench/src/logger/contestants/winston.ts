import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { basename, dirname } from 'node:path'
import winston from 'winston'
import DailyRotateFile from 'winston-daily-rotate-file'
import { BINDINGS, fieldsOf, MESSAGE, NAME } from '../line.ts'
import type { Library, Place, Subject } from '../subject.ts'

const storage = new AsyncLocalStorage<winston.Logger>()
const { timestamp, json, printf } = winston.format

export const library: Library<'winston' | 'winston-daily'> = {
  winston: (place) => open(place, fileTransport(place)),
  'winston-daily': (place) => open(place, dailyTransport(place)),
}

const text = printf(({ timestamp: time, level, logger, message, ...fields }) => {
  const words = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`)
  return `${String(time).slice(11, 19)} - ${String(logger)} - ${level.toUpperCase()} - ${String(message)} ${words.join(' ')}`
})

function open(place: Place, file: winston.transport): Subject {
  const console = place.kind === 'both' ? [new winston.transports.Console({ format: text })] : []
  const root = winston.createLogger({
    level: 'info',
    format: timestamp(),
    transports: [...console, file],
  })
  const log = root.child({ logger: NAME, ...BINDINGS })
  // A format that reads the store loses ids: under load formats run later, when a stream has drained, in another context.
  const current = (): winston.Logger => storage.getStore() ?? log
  return {
    inRequest: (id, fn) => storage.run(log.child({ request_id: id }), fn),
    info: (seq) => void current().info(MESSAGE, fieldsOf(seq)),
    error: (seq) => void current().error(MESSAGE, fieldsOf(seq)),
    debug: (seq) => void current().debug(MESSAGE, fieldsOf(seq)),
    close: async () => {
      const finished = once(file, 'finish')
      root.end()
      await finished
    },
  }
}

function fileTransport({ path }: Place): winston.transport {
  const format = json()
  if (path === '/dev/null') return new winston.transports.Stream({ stream: createWriteStream(path), format })
  return new winston.transports.File({ filename: path, format })
}

function dailyTransport({ path, maxFileBytes, backups }: Place): winston.transport {
  return new DailyRotateFile({
    dirname: dirname(path),
    filename: `${basename(path, '.log')}-%DATE%.log`,
    datePattern: 'YYYY-MM-DD',
    maxSize: maxFileBytes,
    maxFiles: backups + 1,
    format: json(),
  })
}
