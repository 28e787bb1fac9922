import { setImmediate as turn } from 'node:timers/promises'
import { getLogger, setupLogging } from '../src/index.ts'

/** How a program logs and ends. */
export interface ExitOrder {
  readonly file?: string
  readonly lines: number
  readonly linesPerTurn: number
  readonly end: 'exit' | 'natural' | 'uncaught' | 'rejection' | NodeJS.Signals
  /** Whether the last lines and the end are in one turn of the loop. */
  readonly isSameTurn: boolean
  readonly flushOnSignal?: boolean
  readonly level?: 'info' | 'error'
  readonly setUps?: number
  /** A listener of the program's own. */
  readonly listens?: 'on' | 'once'
  readonly logsInExit?: number
}

const order = JSON.parse(process.argv[2] as string) as ExitOrder
const { file, flushOnSignal, level = 'info' } = order
process.channel?.unref()
const log = getLogger('app.exit')

if (order.listens !== undefined) process[order.listens](order.end, farewell)
for (let setUp = 0; setUp < (order.setUps ?? 1); setUp++) setupLogging({ file, flushOnSignal, exitFlushTimeout: '20s' })
if (order.logsInExit !== undefined) process.on('exit', logInExit)

let next = 0
function say(): void {
  log[level](`line ${next++} end`, { filler: 'x'.repeat(150) })
}

function logInExit(): void {
  for (let line = 0; line < (order.logsInExit as number); line++) say()
}

/** The program is not done: it says more, later, and ends by itself. */
function farewell(): void {
  clearInterval(alive)
  setTimeout(() => {
    say()
    process.exitCode = 7
  }, 20)
}

let alive: NodeJS.Timeout | undefined
while (next < order.lines) {
  for (let inTurn = 0; inTurn < order.linesPerTurn && next < order.lines; inTurn++) say()
  if (next < order.lines || !order.isSameTurn) await turn()
}
end()

function end(): void {
  if (order.end === 'exit') process.exit(0)
  if (order.end === 'uncaught') setTimeout(() => undefinedFunction(), 0)
  else if (order.end === 'rejection') void Promise.reject(new Error('nobody catches it'))
  else if (order.end !== 'natural') {
    alive = setInterval(() => {}, 1_000)
    process.kill(process.pid, order.end)
  }
}

function undefinedFunction(): void {
  throw new Error('nobody catches it')
}
