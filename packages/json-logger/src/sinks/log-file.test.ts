import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LogFile } from './log-file.ts'

function openIn(text?: string): LogFile {
  const directory = mkdtempSync(join(tmpdir(), 'log-file-'))
  const file = new LogFile(join(directory, 'app.log'))
  onTestFinished(() => {
    file.close()
    rmSync(directory, { recursive: true })
  })
  if (text !== undefined) writeFileSync(file.path, text)
  file.look()
  return file
}

const append = (file: LogFile, text: string): number => file.append(Buffer.from(text))

describe('LogFile', () => {
  it('knows its size from the last look and from what it appended', () => {
    const file = openIn('old\n')
    expect(file.size).toBe(4)
    expect(append(file, 'a\nb\n')).toBe(4)
    expect(file.size).toBe(8)
    appendFileSync(file.path, 'theirs\n')
    expect(file.size).toBe(8)
    file.look()
    expect(file.size).toBe(15)
  })

  it('says whether the path still leads to it', () => {
    const file = openIn()
    expect(file.isCurrent()).toBe(true)
    renameSync(file.path, `${file.path}.1`)
    expect(file.isCurrent()).toBe(false)
    writeFileSync(file.path, '')
    expect(file.isCurrent()).toBe(false)
    file.look()
    expect(file.isCurrent()).toBe(true)
  })

  it('begins a new line behind a torn one, once', () => {
    const file = openIn('tor')
    append(file, 'a\n')
    append(file, 'b\n')
    expect(readFileSync(file.path, 'utf8')).toBe('tor\na\nb\n')
    expect(file.size).toBe(8)
  })

  it('begins a new line behind one that another left torn meanwhile', () => {
    const file = openIn()
    append(file, 'a\n')
    appendFileSync(file.path, 'tor')
    file.look()
    append(file, 'b\n')
    append(file, 'c\n')
    expect(readFileSync(file.path, 'utf8')).toBe('a\ntor\nb\nc\n')
    expect(file.size).toBe(10)
  })

  it('puts no empty line where the torn one was another write, ended meanwhile', () => {
    const file = openIn('tor')
    appendFileSync(file.path, 'n?\n')
    append(file, 'a\n')
    expect(readFileSync(file.path, 'utf8')).toBe('torn?\na\n')
  })

  it('answers what it could not append, and keeps the fault', () => {
    const file = openIn()
    file.close()
    expect(append(file, 'a\n')).toBe(0)
    expect(file.fault).toBeInstanceOf(Error)
    file.look()
    expect(append(file, 'a\n')).toBe(2)
  })
})
