import { getLogger, setupLogging } from '../src/index.ts'

process.channel?.unref()
const { file, level } = JSON.parse(process.argv[2] as string) as { file: string; level: 'info' | 'error' }
const logging = setupLogging({ file, exitFlushTimeout: '20s', maxBufferedBytes: '64mb' })
const log = getLogger('app')
let next = 0

/** Logs at every depth that the stack has, and at each of the last many times on the way back. */
function dive(depth: number): void {
  try {
    log[level](`line ${next} end`, { depth })
    next++
  } catch {
    // Where not even the call has room there is nothing that a logger could do.
  }
  if (depth < 100_000) dive(depth + 1)
}

for (let time = 0; time < 3; time++) {
  try {
    dive(0)
  } catch {
    // The stack is full: that is what it is about.
  }
}
log[level](`line ${next} end`)
await logging.flush()
process.send?.({ next: next + 1, ...logging.stats() })
