import { spawnSync } from 'node:child_process'

/** Runs a command of the system, silently; answers whether it is there and succeeded. */
export function succeeds(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}
