import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { eventually } from '@org/testkit'
import { onTestFinished } from 'vitest'
import { Client } from './client.ts'
import { temporaryDirectory } from './node.fixture.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
/** A process takes a second to begin, on a busy machine some more. */
const STARTED_WITHIN_MS = 30_000

/** The service as its own process, as an operator starts it. */
export interface ChildNode {
  readonly client: Client
  /** All it has written to the console. */
  readonly output: () => string
  readonly kill: (signal: NodeJS.Signals) => void
  /** Its exit code or the signal that ended it. */
  readonly end: Promise<number | NodeJS.Signals | null>
}

export async function startChild(env: Readonly<Record<string, string>>): Promise<ChildNode> {
  const { child, output, end } = launch(env)
  const found = await eventually(() => /listens on (http:\S+)/.exec(output())?.[1] ?? false, {
    within: STARTED_WITHIN_MS,
  })
  return { client: new Client(found), output, kill: (signal) => void child.kill(signal), end }
}

/** Starts a process that is not expected to run for long. */
export function launch(env: Readonly<Record<string, string>>): {
  readonly child: ChildProcess
  readonly output: () => string
  readonly end: ChildNode['end']
} {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, PORT: '0', TMPDIR: temporaryDirectory(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const end = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await end
  })
  return { child, output: () => text, end }
}
