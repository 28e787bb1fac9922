import { isMainThread, Worker, type WorkerOptions } from 'node:worker_threads'
import { consoleSink, getLogger, type LoggingOptions, setupLogging } from '../src/index.ts'

/** A program that logs in one way and ends. */
export interface Surroundings {
  /** None: nothing is set up. */
  readonly options?: LoggingOptions
  readonly lines: number
  /** Threads that do the same, in the place of the main one. */
  readonly threads?: number
  /** As many more sinks on stdout. */
  readonly moreSinks?: number
  /** Whether it closes, and ends by itself. */
  readonly closes?: boolean
}

const order = JSON.parse((isMainThread ? process.argv[2] : process.env.ORDER) as string) as Surroundings
const { options, lines, threads = 0, moreSinks = 0, closes = false } = order

if (isMainThread) process.channel?.unref()
for (let thread = 0; thread < threads; thread++) {
  startThread({ env: { ...process.env, ORDER: JSON.stringify({ ...order, threads: 0 }) } })
}
if (threads === 0) await logAll()

function startThread(how: WorkerOptions): Worker {
  return new Worker(new URL(import.meta.url), how)
}

async function logAll(): Promise<void> {
  const { exitFlushTimeout } = options ?? {}
  const sinks = Array.from({ length: moreSinks }, () => consoleSink({ exitFlushTimeout }))
  const logging = options && setupLogging({ ...options, sinks })
  const log = getLogger('app')
  for (let line = 0; line < lines; line++) log.info(`line ${line} end`, { filler: 'x'.repeat(100) })
  log.debug('line 1000000 end')
  if (closes) await logging?.close()
  if (isMainThread) process.send?.(logging?.stats() ?? 'nothing is set up')
  if (!closes) process.exit(0)
}
