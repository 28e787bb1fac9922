import { hasColours, WITH_COLOURS, WITHOUT_COLOURS } from '../encoder/console-style.ts'
import { escapeText } from '../encoder/quote.ts'
import type { PrintOrder } from './command-line.ts'
import { LineFilter } from './line-filter.ts'
import { LinePrinter } from './line-printer.ts'
import { LineSplitter } from './line-splitter.ts'
import { logBytes } from './log-input.ts'
import { TextOutput } from './text-output.ts'

/** Sixteen times the logger's own default limit. */
const MAX_LINE_BYTES = 1_048_576

/** Prints what is ordered on standard output. Resolves to the exit code; where the reader of the output goes, the process ends with 0. */
export async function printLogs(order: PrintOrder): Promise<number> {
  const { isUtc, isDated } = order
  const isColoured = order.colour === 'auto' ? hasColours(process.stdout) : order.colour === 'always'
  const filter = new LineFilter(order.filter)
  const printer = new LinePrinter(filter, { colours: isColoured ? WITH_COLOURS : WITHOUT_COLOURS, isUtc, isDated })
  const output = new TextOutput(process.stdout, endOnFault)
  let exitCode = 0
  for (const path of order.files.length === 0 ? [undefined] : order.files) {
    try {
      await printOne(path, printer, output)
    } catch (error) {
      exitCode = 1
      tell(`cannot read ${path ?? 'standard input'} (${codeOf(error)})`)
    }
  }
  if (printer.leftOut > 0) tell(leftOutText(printer.leftOut))
  return exitCode
}

function leftOutText(count: number): string {
  return count === 1 ? '1 line is no log line and was left out' : `${count} lines are no log lines and were left out`
}

/** Tells the user something on standard error, on one line whatever it holds. */
export function tell(text: string): void {
  process.stderr.write(`json-log-pretty: ${escapeText(text)}\n`)
}

async function printOne(path: string | undefined, printer: LinePrinter, output: TextOutput): Promise<void> {
  let text = ''
  const splitter = new LineSplitter(MAX_LINE_BYTES, (line, cutBytes) => {
    text += printer.print(line, cutBytes)
  })
  const write = async (): Promise<void> => {
    const ready = text
    text = ''
    await output.write(ready)
  }
  try {
    for await (const chunk of logBytes(path)) {
      splitter.push(chunk)
      await write()
    }
  } finally {
    splitter.end()
    await write()
  }
}

function endOnFault(code: string | undefined): void {
  if (code === 'EPIPE') process.exit(0)
  tell(`cannot write (${code ?? 'unknown fault'})`)
  process.exit(1)
}

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  return code ?? (error instanceof Error ? error.message : 'unknown fault')
}
