import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

/** A program that tests need and that Debian has. */
export interface DebianProgram {
  /** What it may be called on PATH, the best first. */
  readonly names: readonly string[]
  /** The package of Debian that has it. */
  readonly package: string
  /** A variable of the environment that forbids to install it. */
  readonly refusal: string
  /** What to do where there is none. */
  readonly advice: string
}

const run = promisify(execFile)

/**
 * The path of a program: from PATH, or installed first where this is Debian, we are root and nobody refuses it.
 * @throws Error that says what to do.
 */
export async function debianProgram(wanted: DebianProgram): Promise<string> {
  const found = onPath(wanted.names)
  if (found !== undefined) return found
  if (!mayInstall(wanted.refusal)) throw new Error(wanted.advice)
  await install(wanted)
  const installed = onPath(wanted.names)
  if (installed === undefined) throw new Error(wanted.advice)
  return installed
}

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function mayInstall(refusal: string): boolean {
  const refused = (process.env[refusal] ?? '') !== ''
  return !refused && process.getuid?.() === 0 && existsSync('/etc/debian_version')
}

async function install(wanted: DebianProgram): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // Without the lock timeout a second apt-get that runs at the same moment makes ours fail at once.
  const lock = ['-o', 'DPkg::Lock::Timeout=120']
  process.stderr.write(`${wanted.names[0]} is not on PATH: installing it with apt-get\n`)
  try {
    await run('apt-get', [...lock, 'update'], { env })
    await run('apt-get', [...lock, 'install', '-y', '--no-install-recommends', wanted.package], { env })
  } catch (error) {
    throw new Error(`${wanted.advice} Installing it failed.`, { cause: error })
  }
}
