import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { deliver } from '../src/report/deliver.ts'

const folder = mkdtempSync(join(tmpdir(), 'bench-deliver-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SUITE = { file: 'made-up' }
const REPORT = {
  results: { suite: 'made-up', tookMs: 1_234 },
  text: 'the table',
  page: '<p>the page',
  isIncomplete: false,
}

describe('deliver', () => {
  it('writes results and page, and the results where they were asked for too', () => {
    const [results, extra] = [join(folder, 'whole'), join(folder, 'out.json')]
    const { stdout, stderr, exitCode } = deliver(SUITE, REPORT, extra, results)
    expect(readdirSync(results)).toEqual(['made-up.html', 'made-up.json'])
    expect(JSON.parse(readFileSync(extra, 'utf8'))).toEqual(REPORT.results)
    expect(stdout).toMatch(/^the table\n\nTook 1 s\. Written: \S*made-up\.json, \S*made-up\.html, \S*out\.json\n$/)
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  })

  it('prints the table and writes the other files where one cannot be written', () => {
    const results = join(folder, 'partial')
    const { stdout, stderr, exitCode } = deliver(SUITE, REPORT, folder, results)
    expect(readdirSync(results)).toEqual(['made-up.html', 'made-up.json'])
    expect(stdout).toMatch(/^the table\n\nTook 1 s\. Written: \S*made-up\.json, \S*made-up\.html\n$/)
    expect(stderr).toMatch(/^Not written: .*bench-deliver-\w+: EISDIR.*\n$/)
    expect(exitCode).toBe(1)
  })

  it('prints the table where no file can be written', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const { stdout, stderr, exitCode } = deliver(SUITE, REPORT, undefined, file)
    expect(stdout).toBe('the table\n\nTook 1 s. Written: nothing\n')
    expect(stderr.match(/^Not written: /gm)).toHaveLength(2)
    expect(exitCode).toBe(1)
  })

  it('ends with 1 where something could not be measured', () => {
    expect(deliver(SUITE, { ...REPORT, isIncomplete: true }, undefined, join(folder, 'faulty')).exitCode).toBe(1)
  })
})
