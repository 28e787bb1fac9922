import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)

const SCRIPT = `
  import { Breaker } from './breaker.ts'
  import { Bulkhead } from './bulkhead.ts'
  import { hedge } from './hedge.ts'
  import { timeout } from './timeout.ts'

  const never = () => new Promise(() => {})
  const breaker = new Breaker({ consecutiveFailures: 1, openFor: '1h' })
  await breaker.run(() => { throw new Error('down') }, { fallback: 'fallback' })
  const bulkhead = new Bulkhead({ maxConcurrent: 1, queueTimeout: '1h' })
  void bulkhead.run(never)
  void bulkhead.run(never)
  void timeout('1h').run(never)
  void hedge({ after: '1h' }).run(never)
  console.log(breaker.state, bulkhead.stats().queued, process.getActiveResourcesInfo().includes('Timeout'))
`

describe('a process with an open breaker, a full bulkhead, a timeout and a hedge', () => {
  it('ends at once', { timeout: 30_000 }, async () => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
      cwd: import.meta.dirname,
    })
    expect(stdout).toBe('open 1 false\n')
  })
})
