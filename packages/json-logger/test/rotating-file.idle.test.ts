import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freshDirectory, linesOf, PLAIN } from './rotating-file.fixture.ts'

const MODULE = join(import.meta.dirname, '../src/sinks/rotating-file.ts')

/** Runs a program that has a target and ends without closing it. */
function runToItsEnd(path: string, program: string): string {
  const options = JSON.stringify({ ...PLAIN, path, maxBytes: 1_000, backupCount: 9, maxBackupAgeMs: 1e12 })
  const source = `import { RotatingFile } from ${JSON.stringify(MODULE)}
    const context = { dropNotice: (count) => 'dropped ' + count, report: (message) => console.error(message) }
    const target = new RotatingFile(${options}, context)
    ${program}`
  const args = ['--input-type=module-typescript', '-e', source]
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 })
  expect(status).toBe(0)
  return stderr
}

describe('RotatingFile at the end of its process', () => {
  it('has written all lines when the program comes to its natural end, unclosed', () => {
    const path = join(freshDirectory(), 'app.log')
    expect(runToItsEnd(path, "for (let i = 0; i < 50; i++) target.write(i + '\\n', false)")).toBe('')
    expect(linesOf(path).length).toBe(50)
  })

  it('writes what waits in an exit handler', () => {
    const path = join(freshDirectory(), 'app.log')
    runToItsEnd(
      path,
      "process.on('exit', () => target.flushSync()); for (let i = 0; i < 50; i++) target.write(i + '\\n', false); process.exit(0)",
    )
    expect(linesOf(path).length).toBe(50)
  })

  it('keeps no process alive while its place is away', () => {
    const directory = join(freshDirectory(), 'logs')
    writeFileSync(directory, '')
    expect(runToItsEnd(join(directory, 'app.log'), "target.write('a\\n', true)")).toContain('cannot write')
  })
})
