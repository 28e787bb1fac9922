import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BINDINGS, fieldsOf, MESSAGE, requestIdOf } from '../src/logger/line.ts'
import { faultOfLines, faultOfSizes, faultOfText, readLogs } from '../src/logger/proof.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logger-proof-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const lineOf = (seq: number) => ({ msg: MESSAGE, request_id: requestIdOf(seq), ...BINDINGS, props: fieldsOf(seq) })
const write = (name: string, lines: readonly object[]) =>
  writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))

describe('faultOfLines', () => {
  it('finds each line in whatever file and at whatever depth', () => {
    write('app.log', [lineOf(2)])
    write('app.log.1', [lineOf(0), lineOf(1)])
    write('audit.json', [{ keep: true }])
    expect(faultOfLines(folder, 3)).toBeUndefined()
  })

  it('says what is missing', () => {
    write('app.log', [lineOf(0)])
    expect(faultOfLines(folder, 2)).toBe('wrote 1 of 2 lines')
  })

  it('says what is there twice', () => {
    write('app.log', [lineOf(0), lineOf(1), lineOf(1)])
    expect(faultOfLines(folder, 2)).toBe('wrote 1 lines twice')
  })

  it('says what is no JSON', () => {
    write('app.log', [lineOf(0)])
    writeFileSync(join(folder, 'app.1.log'), '{"seq":1,"mes')
    expect(faultOfLines(folder, 1)).toBe('1 lines are no JSON')
    expect(readLogs(folder).torn).toBe(1)
  })

  it('does not take what a contestant says of itself for a piece of a line', () => {
    write('app.log', [lineOf(0), { message: '3 lines dropped' }])
    expect(readLogs(folder)).toMatchObject({ torn: 0 })
    expect(faultOfLines(folder, 1)).toBeUndefined()
  })

  it.each(['request_id', 'service', 'msg'])('says that a line lacks its %s', (name) => {
    write('app.log', [{ ...lineOf(0), [name]: undefined }])
    expect(faultOfLines(folder, 1)).toContain('a line lacks a part')
  })

  it('says that a line has the id of another request', () => {
    write('app.log', [{ ...lineOf(0), request_id: requestIdOf(10) }])
    expect(faultOfLines(folder, 1)).toContain('a line lacks a part')
  })
})

describe('faultOfSizes', () => {
  it('lets a file be a quarter above its limit, and no more', () => {
    writeFileSync(join(folder, 'app.log'), 'x'.repeat(125))
    expect(faultOfSizes(folder, 100)).toBeUndefined()
    writeFileSync(join(folder, 'app.1.log'), 'x'.repeat(126))
    expect(faultOfSizes(folder, 100)).toBe('has a file of 126 bytes for a limit of 100')
  })
})

describe('faultOfText', () => {
  const text = `${MESSAGE} ${requestIdOf(0)} instance=${BINDINGS.instance} language=en-GB\n`

  it('counts messages, fields, ids and bindings', () => {
    expect(faultOfText(text.repeat(3), 3, true)).toBeUndefined()
    expect(faultOfText(text.repeat(2), 3, true)).toContain('2 times, not 3 times')
    expect(faultOfText(text.replace('req-', ''), 1, true)).toBe("the console has 'req-' 0 times, not 1 times")
  })

  it('asks for no ids where text is short', () => {
    expect(faultOfText(text.replace('req-', ''), 1, false)).toBeUndefined()
  })
})
