import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A process of the test, which says lines of JSON and takes lines as orders. */
export interface TalkingProcess<Said> {
  /** What it said first. */
  readonly first: Said
  /** Sends an order and gives the answer. */
  ask(order: string): Promise<unknown>
  /** Sends an order and gives the lines that follow, until the process ends. */
  listen(order: string): AsyncIterable<string>
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>
  /** What came on its stderr so far. */
  readonly stderr: string
}

/** Starts a script of this folder under the Node that runs the tests. */
export async function talkTo<Said>(script: string, args: readonly string[]): Promise<TalkingProcess<Said>> {
  const path = new URL(script, import.meta.url).pathname
  const child = spawn(process.execPath, ['--conditions=@org/source', path, ...args], { stdio: 'pipe' })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => {
    const line = await lines.next()
    if (line.done === true) throw new Error(`${script} ended: ${stderr}`)
    return JSON.parse(line.value)
  }
  return {
    first: (await next()) as Said,
    ask: (order) => {
      child.stdin.write(`${order}\n`)
      return next()
    },
    listen: (order) => {
      child.stdin.write(`${order}\n`)
      return { [Symbol.asyncIterator]: () => lines }
    },
    kill: () => killed(child),
    get stderr() {
      return stderr
    },
  }
}

async function killed(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  // What it said last may not be read yet.
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
