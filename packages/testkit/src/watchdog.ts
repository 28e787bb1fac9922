import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * A shell that outlives this process by a moment: whichever way we end, SIGKILL included, it kills the child we named
 * last and removes the directory. A test runner ends its workers without an `exit` event, so one inside would not do.
 */
export interface Watchdog {
  /** The process to kill; `undefined` once it is gone, as its number may be given to another. */
  watch(pid: number | undefined): void
  /** Cleans up now; resolves when that is done. */
  end(): Promise<void>
}

// The pipe to its standard input closes when we end, and then `read` fails.
const SCRIPT = 'pid=; while read -r line; do pid=$line; done; [ -z "$pid" ] || kill -9 "$pid"; rm -rf "$1"'

/** Starts a {@link Watchdog}; it keeps no process alive. */
export function startWatchdog(directory: string): Watchdog {
  // Detached: a Ctrl-C on the terminal is for us, not for the one that cleans up after us.
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'sh', directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.unref()
  shell.stdin.on('error', () => {
    // It ended first: there is nobody left to tell.
  })
  return {
    watch: (pid) => void shell.stdin.write(`${pid ?? ''}\n`),
    async end() {
      shell.ref()
      const exit = once(shell, 'exit')
      shell.stdin.end()
      await exit
    },
  }
}
