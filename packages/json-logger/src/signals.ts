import { endProcess } from './process-end.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

let current: (() => void) | undefined

/**
 * Flushes when a signal ends the process, which then dies of the signal as it would have. Where the program listens to the signal
 * itself, it alone decides what happens next. Takes the place of a call before. Answers what takes the listeners off again.
 */
export function flushOnSignals(flushSync: () => void): () => void {
  // Two listeners of ours would each take the other for the program's.
  current?.()
  const onSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return flushSync()
    endProcess()
    process.off(signal, onSignal)
    process.kill(process.pid, signal)
  }
  // First, as a listener for once has gone from the count when those behind it are called.
  for (const signal of SIGNALS) process.prependListener(signal, onSignal)
  const forget = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
  current = forget
  return forget
}

/** Takes off the listeners of the last call. */
export function ignoreSignals(): void {
  current?.()
}
