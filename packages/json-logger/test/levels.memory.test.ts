import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const FIXTURE = new URL('levels.memory.fixture.ts', import.meta.url).pathname

describe('memory', () => {
  it('forgets names that nobody uses, keeps those in use, and takes nothing for disabled calls', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', FIXTURE])
    const { forgets, keeps, bytes } = JSON.parse(stdout) as Record<string, unknown>
    expect([forgets, keeps]).toEqual([true, true])
    // Less than a byte per call: one object each would be megabytes.
    expect(bytes).toBeLessThan(100_000)
  }, 60_000)
})
