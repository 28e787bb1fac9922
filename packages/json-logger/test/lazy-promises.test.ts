import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

describe('a function that is async by mistake', () => {
  it('does not end the process with its rejection, and is shown', async () => {
    const fixture = join(import.meta.dirname, 'lazy-promises.fixture.ts')
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, LOG_LEVEL: undefined }
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [fixture], { env })
    expect(stderr).toBe('')
    expect(stdout.split('\n').map((line) => line.split(' - ')[3])).toEqual([
      '[Promise]',
      'fields value=[Promise]',
      'toJSON value=[Promise]',
      'deep deep=[Promise]',
      'bound list=["[Promise]"] value=[Promise]',
      'context value=[Promise]',
      'alive',
      undefined,
    ])
  })
})
