import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A program of the bench that measures one thing and tells its parent, see `child-answer.ts`. */
export interface FreshProgram {
  readonly entry: URL
  /** Handed over as JSON. */
  readonly job: unknown
  /** After it the process is killed: many times what the slowest contestant takes. */
  readonly limitMs: number
  readonly execArgv?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** A descriptor that becomes its stdout; without it it has that of the parent. */
  readonly stdout?: number
}

/** What it answers. */
export type Answer<Sample> = { readonly sample: Sample } | { readonly fault: string }

/** Measures in a fresh process; `signal` ends it. A process that ends without an answer is a fault, not an error. */
export async function inFreshProcess<Sample>(program: FreshProgram, signal: AbortSignal): Promise<Answer<Sample>> {
  signal.throwIfAborted()
  const child = start(program)
  const kill = (): void => void child.kill('SIGKILL')
  const timer = setTimeout(kill, program.limitMs)
  signal.addEventListener('abort', kill, { once: true })
  try {
    return await answerOf<Sample>(child)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', kill)
    signal.throwIfAborted()
  }
}

function start({ entry, job, execArgv = [], env = process.env, stdout }: FreshProgram): ReturnType<typeof fork> {
  return fork(fileURLToPath(entry), [JSON.stringify(job)], {
    execArgv: [...process.execArgv, ...execArgv],
    env,
    stdio: ['ignore', stdout ?? 'inherit', 'inherit', 'ipc'],
  })
}

async function answerOf<Sample>(child: ReturnType<typeof fork>): Promise<Answer<Sample>> {
  let answer: Answer<Sample> = { fault: 'ended without an answer' }
  child.once('message', (message) => {
    answer = message as Answer<Sample>
  })
  // Waited for in any case: the next process must not run beside the end of this one.
  await once(child, 'exit')
  return answer
}
