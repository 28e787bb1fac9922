import { type BenchOptions, parseArguments } from './arguments.ts'
import { usage } from './help.ts'
import { deliver } from './report/deliver.ts'
import type { Suite } from './suites/suite.ts'
import { SUITES } from './suites/suites.ts'
import { UsageError } from './usage-error.ts'

async function main(args: readonly string[]): Promise<void> {
  const options = parseArguments(args, SUITES)
  if (options.help) {
    process.stdout.write(usage(SUITES))
    return
  }
  await runSuite(SUITES.find((suite) => suite.name === options.suite) as Suite, options)
}

async function runSuite(suite: Suite, options: BenchOptions): Promise<void> {
  const report = await suite.run(options, interruptSignal())
  // All at once and before the text: a reader such as `head` may close the pipe, and the files are wanted all the same.
  const { stdout, stderr, exitCode } = deliver(suite, report, options.jsonFile)
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  process.exitCode = exitCode
}

/** Aborts at the first Ctrl-C, so that servers, files and keys of the run are cleared away; a second one ends at once. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => controller.abort(new Interrupted(name === 'SIGINT' ? 130 : 143)))
  }
  return controller.signal
}

class Interrupted extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super('interrupted')
    this.exitCode = exitCode
  }
}

function reportError(error: unknown): void {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nSee pnpm bench --help.\n`)
    process.exitCode = 2
  } else if (error instanceof Interrupted) {
    process.exitCode = error.exitCode
  } else {
    process.stderr.write(`The bench failed: ${error instanceof Error ? error.stack : String(error)}\n`)
    process.exitCode = 1
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

await main(process.argv.slice(2)).catch(reportError)
