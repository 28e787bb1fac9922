import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const FIXTURE = new URL('setup.process.fixture.ts', import.meta.url).pathname
const OWN = ['LOG_LEVEL', 'LOG_FILE', 'LOG_JSON', 'NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS']
const LINE = /^\d\d:\d\d:\d\d - app\.services - INFO - Starting analysis fileSize=5000000 request_id=r-1\n$/

describe('a process', () => {
  let directory: string

  beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'logging-'))))
  afterEach(() => rmSync(directory, { recursive: true }))

  /** Runs the program with nothing in its environment that bears on logging but `variables`. */
  async function run(variables: Record<string, string>): Promise<{ stdout: string; stderr: string }> {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.includes(name)))
    return promisify(execFile)(process.execPath, [FIXTURE], { env: { ...env, ...variables } })
  }

  it('writes text to standard output without an option, and to standard error before the set-up', async () => {
    const { stdout, stderr } = await run({})
    expect(stdout).toMatch(LINE)
    expect(stderr).toMatch(/^\d\d:\d\d:\d\d - app\.services - INFO - before any set-up\n$/)
  })

  it('colours its text where it is told to, and not where it is told not to', async () => {
    const coloured = await run({ FORCE_COLOR: '1' })
    expect(coloured.stdout).toContain('\u001b[32mINFO\u001b[39m')
    expect(stripVTControlCharacters(coloured.stdout)).toMatch(LINE)
    expect((await run({ NO_COLOR: '1' })).stdout).toMatch(LINE)
  })

  it('takes level, file and format from its environment', async () => {
    const file = join(directory, 'logs', 'app.log')
    const { stdout } = await run({ LOG_LEVEL: 'WARN,app=DEBUG', LOG_FILE: file, FORCE_COLOR: '1' })
    expect(stripVTControlCharacters(stdout).split('\n')[1]).toMatch(/ - app\.services - DEBUG - a detail$/)
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'INFO', logger: 'app.services', message: 'Starting analysis', request_id: 'r-1', fileSize: 5_000_000 },
      { level: 'DEBUG', message: 'a detail' },
    ])
    rmSync(file)
    await run({ LOG_FILE: file, LOG_JSON: 'False', FORCE_COLOR: '1' })
    expect(readFileSync(file, 'utf8')).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} - app\.services - INFO - Starting analysis fileSize=5000000 request_id=r-1\n$/,
    )
  })
})
