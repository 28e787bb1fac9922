import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Answer, Job } from './run-case.ts'

const ENTRY = fileURLToPath(new URL('run-case.ts', import.meta.url))
/** Many times what the slowest contestant takes. */
const LIMIT_MS = 60_000

/** Measures in a fresh process; `signal` ends it. A process that ends without an answer is a fault, not an error. */
export async function inFreshProcess(job: Job, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted()
  const child = fork(ENTRY, [JSON.stringify(job)], { execArgv: [...process.execArgv, '--expose-gc'] })
  const kill = (): void => void child.kill('SIGKILL')
  const timer = setTimeout(kill, LIMIT_MS)
  signal.addEventListener('abort', kill, { once: true })
  try {
    return await answerOf(child)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', kill)
    signal.throwIfAborted()
  }
}

async function answerOf(child: ReturnType<typeof fork>): Promise<Answer> {
  let answer: Answer = { fault: 'ended without an answer' }
  child.once('message', (message) => {
    answer = message as Answer
  })
  // Waited for in any case: the next process must not run beside the end of this one.
  await once(child, 'exit')
  return answer
}
