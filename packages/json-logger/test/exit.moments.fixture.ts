import { writeSync } from 'node:fs'
import { Writable } from 'node:stream'
import { getLogger, type LogRecord, setupLogging, streamSink } from '../src/index.ts'

/** What became of the calls, told by the last 'exit' listener. */
export interface MomentsTold {
  readonly called: number
  readonly threw: number
  readonly lines: number
  readonly sinks: readonly { readonly name: string; readonly written: number; readonly dropped: number }[]
}

process.channel?.unref()
let called = 0
let threw = 0
let isInSink = false

/** A sink that logs about what it gets, once. */
function loggingSink({ logger }: LogRecord): void {
  if (isInSink || logger === 'sink') return
  isInSink = true
  say(() => getLogger('sink').info('from a sink'))
  isInSink = false
}

const sync = new Writable({
  write: (chunk: Buffer, _encoding, callback) => {
    writeSync(2, chunk)
    callback()
  },
})
const logging = setupLogging({
  file: process.argv[2] && (JSON.parse(process.argv[2]) as { file: string }).file,
  sinks: [loggingSink, streamSink(sync)],
})
const log = getLogger('app')

function say(call: () => void): void {
  called++
  try {
    call()
  } catch {
    threw++
  }
}

const reentrant = {
  get logs(): string {
    say(() => log.warn('from a getter', { toJSON: () => 1 }))
    return 'getter'
  },
  json: {
    toJSON: () => {
      say(() => log.error('from toJSON'))
      return 'json'
    },
  },
}
say(() => log.info('outer', reentrant))
say(() => log.error('outer', reentrant))
say(() =>
  log.info(
    () => {
      say(() => log.info('from a lazy message'))
      return 'lazy'
    },
    () => {
      say(() => log.info('from lazy fields'))
      return { a: 1 }
    },
  ),
)

process.on('uncaughtException', () => {
  say(() => log.fatal('in uncaughtException'))
  process.exit(0)
})
process.on('exit', () => {
  say(() => log.info('in exit'))
  say(() => log.error('in exit', reentrant))
  setImmediate(() => say(() => log.info('never')))
})
process.on('exit', () => {
  const { lines, sinks } = logging.stats()
  process.send?.({ called, threw, lines, sinks } satisfies MomentsTold)
})
setTimeout(() => {
  throw new Error('uncaught')
}, 1)
