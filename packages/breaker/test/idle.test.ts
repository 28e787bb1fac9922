import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

interface Report {
  readonly plain: number
  readonly counting: number
  readonly timing: number
  readonly resources: readonly string[]
  readonly state: string
}

describe('An idle breaker', () => {
  it('holds no timer or handle, little memory, and lets a process end at once after a trip', {
    timeout: 30_000,
  }, async () => {
    const script = join(import.meta.dirname, 'idle.fixture.ts')
    const args = ['--expose-gc', '--conditions=@org/source', script]
    // A process that is held open would be ended by the timeout, which rejects.
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 25_000 })
    const report = JSON.parse(stdout) as Report
    expect(report.resources).toEqual([])
    expect(report.state).toBe('open')
    expect(report.plain).toBeLessThan(1_024)
    expect(report.counting).toBeLessThan(2_048)
    expect(report.timing).toBeLessThan(2_048)
  })
})
