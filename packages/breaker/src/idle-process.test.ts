import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const PARTS = `
  import { Breaker } from './breaker.ts'
  import { Bulkhead } from './bulkhead.ts'
  import { hedge } from './hedge.ts'
  import { timeout } from './timeout.ts'

  const never = () => new Promise(() => {})
`

/** What a process of its own prints. One that is held open is killed, and one whose awaited answer never comes fails. */
async function printed(script: string): Promise<string> {
  const args = ['--input-type=module', '--eval', PARTS + script]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname, timeout: 20_000 })
  return stdout
}

describe('A process with nothing else to do', { timeout: 30_000 }, () => {
  it('ends at once where every call has settled, though a breaker is open', async () => {
    const stdout = await printed(`
      const breaker = new Breaker({ consecutiveFailures: 1, openFor: '1h' })
      await breaker.run(() => { throw new Error('down') }, { fallback: 'fallback' })
      const bulkhead = new Bulkhead({ maxConcurrent: 1, queueTimeout: '1h' })
      const [limit, hedged] = [timeout('1h'), hedge({ after: '1h' })]
      const work = async () => 'done'
      await Promise.all([bulkhead.run(work), bulkhead.run(work), limit.run(work), limit.run(work), hedged.run(work)])
      const caller = new AbortController()
      void bulkhead.run(never)
      const aborted = [limit, hedged, bulkhead].map((strategy) => strategy.run(never, { signal: caller.signal }))
      caller.abort('gone')
      await Promise.allSettled(aborted)
      console.log(breaker.state, bulkhead.stats().queued, process.getActiveResourcesInfo().includes('Timeout'))
    `)
    expect(stdout).toBe('open 0 false\n')
  })

  it('lives until a timeout, a queue timeout or a hedge answers a call that hangs', async () => {
    const stdout = await printed(`
      const codeOf = (error) => error.code + ' ' + error.scope
      console.log(await timeout(50).run(never, { fallback: codeOf }))
      const bulkhead = new Bulkhead({ maxConcurrent: 1, queueTimeout: 50 })
      void bulkhead.run(never)
      console.log(await bulkhead.run(never, { fallback: codeOf }))
      console.log(await hedge({ after: 50 }).run(({ attempt }) => attempt === 1 ? never() : 'hedged'))
    `)
    expect(stdout).toBe('ERR_TIMEOUT attempt\nERR_TIMEOUT queue\nhedged\n')
  })
})
