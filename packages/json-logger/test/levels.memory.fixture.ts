import { setImmediate as turn } from 'node:timers/promises'
import { getLogger, setupLogging } from '../src/index.ts'
import { Sources } from '../src/source.ts'

const collect = (globalThis as { gc?: () => void }).gc as () => void
const DEADLINE_MS = 20_000

/** Whether a condition comes true while garbage is collected. */
async function holds(condition: () => boolean): Promise<boolean> {
  const deadline = performance.now() + DEADLINE_MS
  while (performance.now() < deadline) {
    // What a turn has looked at through a weak reference lives to its end.
    await turn()
    collect()
    await turn()
    if (condition()) return true
  }
  return false
}

async function forgetsNames(): Promise<boolean> {
  let asked = 0
  const sources = new Sources(() => 0)
  const kept = sources.named('kept')
  for (let at = 0; at < 20_000; at++) sources.named(`name ${at}`)
  // Every name that is still known is asked for its threshold.
  const known = (): number => {
    asked = 0
    sources.follow(() => ++asked)
    return asked
  }
  const isForgotten = await holds(() => known() === 1)
  return isForgotten && sources.named('kept') === kept
}

async function keepsALoggerInUse(): Promise<boolean> {
  const lines: string[] = []
  const logging = setupLogging({ console: false, level: 'warn', sinks: [(record) => void lines.push(record.message)] })
  const { info } = getLogger('held by one function')
  for (let round = 0; round < 5; round++) {
    collect()
    await turn()
  }
  logging.setLevel('info', 'held by one function')
  info('still felt')
  await logging.close()
  return lines.length === 1
}

/** Bytes that a hundred thousand disabled calls leave behind; what the loop itself takes is in both runs. */
function bytesOfDisabledCalls(): number {
  const logging = setupLogging({ console: false, level: 'warn', sinks: [() => undefined] })
  const log = getLogger('quiet').child({ a: 1 })
  const fields = { a: 1, b: 'two' }
  const lazy = (): typeof fields => fields
  const run = (): void => {
    for (let call = 0; call < 100_000; call++) {
      log.debug('m', fields)
      log.info('m', lazy)
    }
  }
  for (let warm = 0; warm < 5; warm++) run()
  const rounds = Array.from({ length: 5 }, () => {
    collect()
    const before = process.memoryUsage().heapUsed
    run()
    return process.memoryUsage().heapUsed - before
  })
  void logging.close()
  return Math.min(...rounds)
}

const answer = { forgets: await forgetsNames(), keeps: await keepsALoggerInUse(), bytes: bytesOfDisabledCalls() }
process.stdout.write(JSON.stringify(answer))
