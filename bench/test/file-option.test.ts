import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { writableFile } from '../src/file-option.ts'
import { UsageError } from '../src/usage-error.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'bench-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('writableFile', () => {
  it('takes a file that is there and one that is not, and makes none', () => {
    const old = join(folder, 'old.json')
    writeFileSync(old, 'kept')
    expect(writableFile('--json', old)).toBe(old)
    expect(writableFile('--json', join(folder, 'new.json'))).toBe(join(folder, 'new.json'))
    expect(writableFile('--json', undefined)).toBeUndefined()
    expect(readdirSync(folder)).toEqual(['old.json'])
  })

  it.each([
    ['', /^--json must name a file$/],
    [folder, /^--json must name a file, got the folder \//],
    ['.', /got the folder \.$/],
    [`${folder}/new/`, /got the folder/],
    [join(folder, 'absent', 'out.json'), /^--json .*absent.out\.json: no such folder$/],
    [join(MAIN, 'out.json'), /no such folder/],
  ])('refuses %j', (path, message) => {
    expect(() => writableFile('--json', path)).toThrow(message)
    expect(() => writableFile('--json', path)).toThrow(UsageError)
  })

  // Places that not even root may write.
  it.runIf(process.platform === 'linux').each(['/proc/sys/out.json', '/proc/sys/kernel/osrelease'])(
    'refuses %s, which cannot be written',
    (path) => {
      expect(() => writableFile('--json', path)).toThrow(/^--json .*: cannot be written \(E/)
    },
  )
})

describe('pnpm bench', () => {
  it('ends with 2 and says why before anything is measured', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, '--json', folder], { encoding: 'utf8' })
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: `--json must name a file, got the folder ${folder}\nSee pnpm bench --help.\n`,
    })
  })
})
