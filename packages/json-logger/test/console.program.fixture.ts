import { getLogger, type LoggingOptions, setupLogging } from '../src/index.ts'

/** What a test asks of the program; it answers each with a {@link ProgramState}. */
export type Command =
  | { readonly do: 'log'; readonly lines: number; readonly length: number }
  /** Lines of ours and of `console.log` in turn, each `linesPerTurn` in a turn of their own. */
  | { readonly do: 'mix'; readonly lines: number; readonly length: number; readonly linesPerTurn: number }
  | { readonly do: 'flush' | 'flushTwice' | 'close' | 'state' | 'setUpAgain' }
  /** No answer: it ends, at once or when nothing keeps it. */
  | { readonly do: 'exit' | 'end' | 'closeAndExit' }

export interface ProgramState {
  readonly handed: number
  readonly written: number
  readonly dropped: number
  readonly faults: number
  readonly bufferedBytes: number
  /** Of the event loop, since the program began. */
  readonly turns: number
  readonly rss: number
  /** Errors raised on `process.stdout`. */
  readonly streamErrors: number
}

const options = JSON.parse(process.argv[2] as string) as LoggingOptions
let logging = setupLogging(options)
const log = getLogger('app')
let next = 0
let turns = 0
let streamErrors = 0
process.stdout.on('error', () => streamErrors++)

const counting = setInterval(() => turns++, 1)

function say(length: number): void {
  log.info(`line ${next++} end`, { filler: 'x'.repeat(length) })
}

const commands: { [C in Command['do']]: (command: Extract<Command, { do: C }>) => unknown } = {
  log: ({ lines, length }) => {
    for (let line = 0; line < lines; line++) say(length)
  },
  mix: ({ lines, length, linesPerTurn }) => mix(lines, length, linesPerTurn),
  flush: () => logging.flush(),
  flushTwice: () => Promise.all([logging.flush(), logging.flush()]),
  close: () => logging.close(),
  state: () => undefined,
  setUpAgain: () => {
    logging = setupLogging(options)
  },
  exit: () => process.exit(0),
  closeAndExit: () => {
    void logging.close()
    process.exit(0)
  },
  end: () => {
    clearInterval(counting)
    process.disconnect()
  },
}

async function mix(lines: number, length: number, linesPerTurn: number): Promise<void> {
  for (let line = 0; line < lines; line++) {
    if (line % 2 === 0) say(length)
    else console.log(`theirs ${line} ${'y'.repeat(length)} end`)
    if (line % linesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

function state(): ProgramState {
  const { bufferedBytes, sinks } = logging.stats()
  const { written, dropped, writeFaults: faults } = sinks[0] as (typeof sinks)[number]
  return { handed: next, written, dropped, faults, bufferedBytes, turns, rss: process.memoryUsage.rss(), streamErrors }
}

async function obey(command: Command): Promise<void> {
  await commands[command.do](command as never)
  if (process.connected) process.send?.(state())
}

process.on('message', (command: Command) => void obey(command))
process.send?.(state())
