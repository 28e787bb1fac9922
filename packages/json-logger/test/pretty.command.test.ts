import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { eventually } from '@org/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freshPath, GENEROUS_MS } from './child.fixture.ts'

const MAIN = join(import.meta.dirname, '..', 'src', 'pretty', 'main.ts')
const MANIFEST = join(import.meta.dirname, '..', 'package.json')

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(words: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...inherited } = process.env
  const child = spawn(process.execPath, ['--conditions=@org/source', MAIN, ...words], {
    env: { ...inherited, TZ: 'UTC', ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  // A child that ends before it has read all is what some tests are about.
  child.stdin.on('error', () => undefined)
  return child
}

async function run(words: readonly string[], input: string | Buffer = '', env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = start(words, env)
  child.stdin.end(input)
  const ended = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await ended) as [number | null]
  return { code, stdout, stderr }
}

/** A line at a second of 14:30 on 2026-11-22. */
function line(second: number, message: string, more: object = {}): string {
  const timestamp = `2026-11-22T14:30:${String(second).padStart(2, '0')}.000Z`
  return `${JSON.stringify({ timestamp, level: 'INFO', logger: 'app', message, ...more })}\n`
}

function fileOf(name: string, content: string | Buffer): string {
  const path = freshPath(name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

describe('the command json-log-pretty', () => {
  it('prints standard input as text', async () => {
    expect(await run([], line(45, 'Starting analysis', { fileSize: 5_000_000 }))).toEqual({
      code: 0,
      stdout: '14:30:45 - app - INFO - Starting analysis fileSize=5000000\n',
      stderr: '',
    })
  })

  it('prints files in the order given, gzip among them, and a last line that is torn', async () => {
    const files = [
      fileOf('app.log.2.gz', Buffer.concat([gzipSync(line(1, 'one')), gzipSync(line(2, 'two'))])),
      fileOf('app.log.1', line(3, 'three').trimEnd()),
      fileOf('app.log', `${line(4, 'four')}{"timestamp":"2026-11-22T14:`),
    ]
    const { stdout } = await run(files)
    expect(stdout.split('\n')).toEqual([
      '14:30:01 - app - INFO - one',
      '14:30:02 - app - INFO - two',
      '14:30:03 - app - INFO - three',
      '14:30:04 - app - INFO - four',
      '  | {"timestamp":"2026-11-22T14:',
      '',
    ])
  })

  it('unpacks gzip on standard input, what a torn file holds too', async () => {
    const lines = Array.from({ length: 5_000 }, (_, at) => line(at % 60, `message ${at * 7_919}`)).join('')
    const whole = gzipSync(lines)
    expect((await run([], whole)).stdout.split('\n').length).toBe(5_001)
    const torn = await run([], whole.subarray(0, whole.length / 2))
    expect(torn.code).toBe(0)
    expect(torn.stdout.split('\n').length).toBeGreaterThan(1_000)
  })

  it('tells which files cannot be read, prints the others and ends with 1', async () => {
    const damaged = gzipSync(line(2, 'never seen'.repeat(100)))
    damaged.fill(0xff, 10, 20)
    const missing = freshPath('missing\u001b[2J.log')
    const files = [
      fileOf('a', line(1, 'one')),
      missing,
      dirname(missing),
      fileOf('b', damaged),
      fileOf('c', line(3, 'three')),
    ]
    const { code, stdout, stderr } = await run(files)
    expect(code).toBe(1)
    expect(stdout).toBe('14:30:01 - app - INFO - one\n14:30:03 - app - INFO - three\n')
    expect(stderr.split('\n')).toEqual([
      `json-log-pretty: cannot read ${missing.replace('\u001b', '\\u001b')} (ENOENT)`,
      `json-log-pretty: cannot read ${dirname(missing)} (EISDIR)`,
      expect.stringMatching(/^json-log-pretty: cannot read .* \(Z_DATA_ERROR\)$/),
      '',
    ])
  })

  it('filters, and says how many lines it could not judge', async () => {
    const input = `${line(1, 'a', { request_id: 'x' })}text\n${line(2, 'b', { request_id: 'y' })}${line(3, 'c', { request_id: 'x' })}`
    expect(await run(['--request', 'x', '--since', '2026-11-22 14:30:02'], input)).toEqual({
      code: 0,
      stdout: '14:30:03 - app - INFO - c request_id=x\n',
      stderr: 'json-log-pretty: 1 line is no log line and was left out\n',
    })
  })

  it('shows local time, or UTC, or the whole date', async () => {
    const input = line(1, 'm')
    const env = { TZ: 'Asia/Tokyo' }
    expect((await run([], input, env)).stdout).toMatch(/^23:30:01 - /)
    expect((await run(['--utc'], input, env)).stdout).toMatch(/^14:30:01Z - /)
    expect((await run(['--date'], input, env)).stdout).toMatch(/^2026-11-22 23:30:01\.000 - /)
    expect((await run(['--since', '2026-11-22 23:30:02'], input, env)).stdout).toBe('')
    expect((await run(['--since', '2026-11-22 23:30:01'], input, env)).stdout).toMatch(/^23:30:01 - /)
  })

  it('colours where it is told to, or where the environment says so', async () => {
    const hasColours = async (words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<boolean> =>
      (await run(words, line(1, 'm'), env)).stdout.includes('\u001b[')
    expect(await hasColours([])).toBe(false)
    expect(await hasColours([], { FORCE_COLOR: '1' })).toBe(true)
    expect(await hasColours(['--color', 'always'], { NO_COLOR: '1' })).toBe(true)
    expect(await hasColours(['--color', 'never'], { FORCE_COLOR: '1' })).toBe(false)
  })

  it('tells its usage and its version', async () => {
    const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { readonly version: string }
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    const help = await run(['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toMatch(/^Usage: json-log-pretty /)
  })

  it('refuses wrong options with 2, and prints nothing', async () => {
    for (const words of [['--nope\u001b[2J'], ['--level', 'loud'], ['--until', 'noon']]) {
      const { code, stdout, stderr } = await run(words, line(1, 'm'))
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^json-log-pretty: .*--(?:nope|level|until).*\n$/)
      expect(stderr).not.toContain('\u001b')
    }
  })

  it('shows each line as soon as it is whole', async () => {
    const child = start([])
    let shown = ''
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (shown += piece))
    const isShown = (expected: string): Promise<boolean> =>
      eventually(() => shown === expected, { within: GENEROUS_MS }) as Promise<boolean>
    child.stdin.write(line(1, 'one') + line(2, 'two').slice(0, 30))
    await isShown('14:30:01 - app - INFO - one\n')
    child.stdin.write(line(2, 'two').slice(30))
    await isShown('14:30:01 - app - INFO - one\n14:30:02 - app - INFO - two\n')
    child.stdin.end()
    expect(await once(child, 'close')).toEqual([0, null])
  })

  it('ends quietly when nobody reads on', async () => {
    const path = fileOf('app.log', line(1, 'x'.repeat(500)).repeat(20_000))
    const child = start([path])
    const stderr = text(child.stderr)
    await once(child.stdout, 'data')
    child.stdout.destroy()
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(await stderr).toBe('')
  })

  it('keeps its memory through 200 MB without an end of line, and goes on behind them', async () => {
    const child = start([])
    const shown = text(child.stdout)
    const piece = Buffer.alloc(1_000_000, 'x')
    for (let at = 0; at < 200; at++) if (!child.stdin.write(piece)) await once(child.stdin, 'drain')
    const status = `/proc/${child.pid}/status`
    const peakKb = existsSync(status) ? Number(/VmHWM:\s*(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]) : 0
    child.stdin.end(`\n${line(1, 'next')}`)
    const lines = (await shown).split('\n')
    expect(lines[0]?.replace(/^  \| x+/, '')).toBe(` … [${200_000_000 - 1_048_576} more bytes]`)
    expect(lines.slice(1)).toEqual(['14:30:01 - app - INFO - next', ''])
    expect(peakKb).toBeLessThan(180_000)
  }, 60_000)
})
