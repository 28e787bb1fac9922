import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const NAMES = ['redis-server', 'valkey-server']
const run = promisify(execFile)

const ADVICE =
  'No Redis was found. Set REDIS_URL=redis://..., or put redis-server or valkey-server on PATH ' +
  '(Debian/Ubuntu: sudo apt-get install redis-server; macOS: brew install redis).'

/**
 * The program that serves Redis: from PATH, or installed first where this is Debian, we are root and
 * `REDIS_NO_INSTALL` is not set.
 * @throws Error that says what to do.
 */
export async function redisBinary(): Promise<string> {
  const found = onPath()
  if (found !== undefined) return found
  if (!mayInstall()) throw new Error(ADVICE)
  await install()
  const installed = onPath()
  if (installed === undefined) throw new Error(ADVICE)
  return installed
}

function onPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function mayInstall(): boolean {
  const refused = (process.env['REDIS_NO_INSTALL'] ?? '') !== ''
  return !refused && process.getuid?.() === 0 && existsSync('/etc/debian_version')
}

async function install(): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // Without the lock timeout a second apt-get that runs at the same moment makes ours fail at once.
  const lock = ['-o', 'DPkg::Lock::Timeout=120']
  process.stderr.write('redis-server is not on PATH: installing it with apt-get\n')
  try {
    await run('apt-get', [...lock, 'update'], { env })
    await run('apt-get', [...lock, 'install', '-y', '--no-install-recommends', 'redis-server'], { env })
  } catch (error) {
    throw new Error(`${ADVICE} Installing it failed.`, { cause: error })
  }
}
