import { afterEach, describe, expect, it, vi } from 'vitest'
import { getLogger } from './logger.ts'

describe('Logger', () => {
  afterEach(() => vi.restoreAllMocks())

  it('writes one line to stderr with time, name, level, message and fields', () => {
    const lines: string[] = []
    vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0)
    const log = getLogger('app.services')
    log.info('Starting analysis', { fileSize: 5_000_000, tags: ['a'] })
    log.debug('not this one')
    log.error('two\nlines \u001b[31m', { error: new Error('down') })
    expect(lines).toEqual([
      expect.stringMatching(
        /^\d\d:\d\d:\d\d - app\.services - INFO - Starting analysis fileSize=5000000 tags=\["a"\]\n$/,
      ),
      expect.stringMatching(/ - ERROR - two\\u000alines \\u001b\[31m error=down\n$/),
    ])
    expect([log.isEnabled('debug'), log.isEnabled('warn')]).toEqual([false, true])
  })
})
