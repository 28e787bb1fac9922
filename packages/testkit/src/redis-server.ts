import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { redisBinary } from './redis-binary.ts'
import { startWatchdog, type Watchdog } from './watchdog.ts'

const START_WITHIN_MS = 10_000
const TRIES = 5

/** How to start a {@link RedisServer}. */
export interface RedisOptions {
  /** Default: a free one below 55536. */
  readonly port?: number | undefined
  /** More arguments, such as `['--appendonly', 'yes']`; they win over the defaults. */
  readonly args?: readonly string[] | undefined
}

/** A Redis of the test's own, with nothing on disk that a test did not ask for. Dies with the process at the latest. */
export interface RedisServer {
  readonly port: number
  readonly url: string
  /** The directory it runs in: kept over {@link restart}, removed by {@link stop}. */
  readonly directory: string
  /** SIGKILL: connections break, new ones are refused. Resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGSTOP: the system still accepts connections and nobody answers them. */
  freeze(): void
  /** SIGCONT: goes on where it was frozen. */
  thaw(): void
  /** Up again on the same port and directory, killed first where it runs. */
  restart(): Promise<void>
  /** Kills it and removes its directory. */
  stop(): Promise<void>
}

/** Starts a Redis on 127.0.0.1; resolves when it answers. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const binary = await redisBinary()
  const directory = mkdtempSync(join(tmpdir(), 'testkit-redis-'))
  const watchdog = startWatchdog(directory)
  const launch = (port: number): Promise<ChildProcess> =>
    launchRedis(binary, port, directory, options.args ?? [], watchdog)
  try {
    const { port, child } = await firstLaunch(launch, options.port)
    return new LaunchedRedis(port, directory, child, launch, watchdog)
  } catch (error) {
    await watchdog.end()
    throw error
  }
}

type Launch = (port: number) => Promise<ChildProcess>

class LaunchedRedis implements RedisServer {
  readonly port: number
  readonly url: string
  readonly directory: string
  readonly #launch: Launch
  readonly #watchdog: Watchdog
  #child: ChildProcess

  constructor(port: number, directory: string, child: ChildProcess, launch: Launch, watchdog: Watchdog) {
    this.port = port
    this.url = `redis://127.0.0.1:${port}`
    this.directory = directory
    this.#child = child
    this.#launch = launch
    this.#watchdog = watchdog
  }

  kill(): Promise<void> {
    return killed(this.#child)
  }

  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  async restart(): Promise<void> {
    await this.kill()
    this.#child = await this.#launch(this.port)
  }

  async stop(): Promise<void> {
    // Nothing in it is worth a clean shutdown, and SIGKILL also ends a frozen process.
    await this.kill()
    await this.#watchdog.end()
  }
}

/** Between finding a free port and listening on it another process may take it: then the next port is tried. */
async function firstLaunch(
  launch: Launch,
  wanted: number | undefined,
): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  if (wanted !== undefined) return { port: wanted, child: await launch(wanted) }
  let failure: unknown
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const port = await freePort()
    try {
      return { port, child: await launch(port) }
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

async function launchRedis(
  binary: string,
  port: number,
  directory: string,
  args: readonly string[],
  watchdog: Watchdog,
): Promise<ChildProcess> {
  const defaults = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory, '--daemonize', 'no']
  const child = spawn(binary, ['--port', String(port), ...defaults, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  watchdog.watch(child.pid)
  child.once('exit', () => watchdog.watch(undefined))
  const output = tailOf(child)
  try {
    await answering(child, port)
  } catch (error) {
    await killed(child)
    throw new Error(`${binary} did not start on port ${port}: ${output()}`, { cause: error })
  }
  return child
}

async function answering(child: ChildProcess, port: number): Promise<void> {
  let ended: string | undefined
  // A child that never came to life emits `error` and no `exit`.
  child.once('error', (error) => (ended = error.message))
  child.once('exit', (code, signal) => (ended = `exit ${code ?? signal}`))
  await eventually(() => ended !== undefined || answersAs(port, child.pid), { within: START_WITHIN_MS })
  if (ended !== undefined) throw new Error(ended)
}

/** The last lines that the child wrote; reading on keeps its pipe from filling up. */
function tailOf(child: ChildProcess): () => string {
  let tail = ''
  const add = (chunk: Buffer): void => {
    tail = (tail + chunk.toString()).slice(-2_000)
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  return () => tail.trim()
}

/** Whether the Redis on `port` is our child: another one may have taken the port and would answer a PING as well. */
function answersAs(port: number, pid: number | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    let reply = ''
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\nINFO server\r\n'))
    const settle = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(1_000, () => settle(false))
    socket.once('error', () => settle(false))
    socket.once('close', () => resolve(false))
    socket.on('data', (chunk: Buffer) => {
      reply += chunk.toString('latin1')
      const found = /^\+PONG\r\n[\s\S]*\bprocess_id:(\d+)\r\n/.exec(reply)
      if (found) settle(Number(found[1]) === pid)
    })
  })
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}
