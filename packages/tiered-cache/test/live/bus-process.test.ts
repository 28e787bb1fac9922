import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'

const PROGRAM = fileURLToPath(new URL('../open-bus.fixture.ts', import.meta.url))
const run = promisify(execFile)

describe('an open bus', () => {
  const cases = ['redisBus', 'redisPubSubBus'].flatMap((kind) =>
    ['url', 'node-redis', 'ioredis'].map((source) => [kind, source] as const),
  )
  it.each(cases)('does not keep the process alive: %s over %s', { timeout: 40_000 }, async (kind, source) => {
    const { stdout } = await run(process.execPath, [PROGRAM, kind, source, inject('redisUrl')], { timeout: 30_000 })
    expect(stdout).toBe('heard\n')
  })
})
