import { writeSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { RotatingFile, type RotatingFileOptions } from '../src/sinks/rotating-file.ts'

/** What one writer does. */
export interface WriterOrder {
  readonly options: RotatingFileOptions
  /** The first word of each of its lines. */
  readonly name: string
  /** `Infinity` in JSON is null: until it is killed. */
  readonly lines: number | null
  readonly linesPerTurn: number
  /** Each such line is urgent; 0: none. */
  readonly urgentEvery: number
  /** Whether it says on stdout what is safe: `turn <n>` for all lines below n, `urgent <n>` for one. */
  readonly isTelling: boolean
  /** Threads that do the same beside it, under names of their own. */
  readonly threads: number
  /** A signal at which it closes and says as JSON how many lines it was called with, and the counters. */
  readonly endsOn?: NodeJS.Signals
}

const order: WriterOrder = isMainThread ? JSON.parse(process.argv[2] as string) : workerData

for (let thread = 1; thread <= order.threads; thread++) startThread(`${order.name}.${thread}`)

function startThread(name: string): Worker {
  return new Worker(new URL(import.meta.url), { workerData: { ...order, threads: 0, name } })
}

function tell(word: string, line: number): void {
  if (order.isTelling) writeSync(1, `${word} ${line}\n`)
}

const infinite = { maxBytes: order.options.maxBytes ?? Infinity, maxBackupAgeMs: Infinity }
const target = new RotatingFile(
  { ...order.options, ...infinite },
  { dropNotice: (count) => `dropped ${count}\n`, report },
)

function report(message: string): void {
  process.stderr.write(`${message}\n`)
}

let last = order.lines ?? Infinity
if (order.endsOn !== undefined) process.once(order.endsOn, () => (last = 0))
let called = 0
for (let line = 0; line < last; ) {
  for (let inTurn = 0; inTurn < order.linesPerTurn && line < last; inTurn++, line++) {
    const isUrgent = order.urgentEvery > 0 && line % order.urgentEvery === 0
    target.write(`${order.name} ${line} ${'.'.repeat(50 + (line % 300))} end\n`, isUrgent)
    called++
    if (isUrgent) tell('urgent', line)
  }
  // The target's own callback was queued first.
  await turn()
  tell('turn', line)
}
await target.close()
if (order.endsOn !== undefined) console.log(JSON.stringify({ called, ...target.stats() }))
