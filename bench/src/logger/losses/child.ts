import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ENVIRONMENT } from '../environment.ts'

/** How a child came to its end. */
export interface ChildEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Whether it had to be killed since its time was over. */
  readonly isOverdue: boolean
  readonly stdout: string
}

interface ChildProgram {
  readonly entry: URL
  /** Handed over as JSON. */
  readonly job: unknown
  readonly limitMs: number
}

/** Runs a program that may well be killed, crash or hang; its stderr is not shown. `signal` ends it. */
export async function runChild({ entry, job, limitMs }: ChildProgram, signal: AbortSignal): Promise<ChildEnd> {
  signal.throwIfAborted()
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(entry), JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: ENVIRONMENT,
  })
  let isOverdue = false
  const kill = (): void => void child.kill('SIGKILL')
  const timer = setTimeout(() => {
    isOverdue = true
    kill()
  }, limitMs)
  signal.addEventListener('abort', kill, { once: true })
  const stdout = textOf(child)
  const [code, by] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  clearTimeout(timer)
  signal.removeEventListener('abort', kill)
  signal.throwIfAborted()
  return { code, signal: by, isOverdue, stdout: await stdout }
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) text += String(chunk)
  return text
}
