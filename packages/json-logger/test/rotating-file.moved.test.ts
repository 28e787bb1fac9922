import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { freshDirectory, openRotating } from './rotating-file.fixture.ts'

describe.each(['turn', 'line'] as const)('RotatingFile, its file touched by others (durability %s)', (durability) => {
  it('makes the file anew after logrotate has moved it', async () => {
    const { path, write } = open()
    await write('before\n')
    renameSync(path, `${path}-old`)
    await write('after\n')
    expect(readFileSync(`${path}-old`, 'utf8')).toBe('before\n')
    expect(readFileSync(path, 'utf8')).toBe('after\n')
  })

  it('follows a file that another put in its place', async () => {
    const { path, write } = open()
    await write('before\n')
    writeFileSync(`${path}-new`, 'theirs\n')
    renameSync(`${path}-new`, path)
    await write('after\n')
    expect(readFileSync(path, 'utf8')).toBe('theirs\nafter\n')
  })

  it('makes the file anew after it was removed, and its directory too', async () => {
    const { path, write } = open()
    await write('before\n')
    rmSync(path)
    await write('after rm\n')
    expect(readFileSync(path, 'utf8')).toBe('after rm\n')
    rmSync(dirname(path), { recursive: true })
    await write('after rm -r\n')
    expect(readFileSync(path, 'utf8')).toBe('after rm -r\n')
  })

  it('goes on at the new end, and counts from there, after the file was copied and emptied', async () => {
    const { path, write } = open()
    await write('1234567890123456789012345\n')
    copyFileSync(path, `${path}-copy`)
    truncateSync(path)
    await write('1234567890123456789012345\n')
    expect(readFileSync(path, 'utf8')).toBe('1234567890123456789012345\n')
    expect(existsSync(`${path}.1`)).toBe(false)
  })

  it('counts what others append', async () => {
    const { path, write } = open()
    writeFileSync(path, '1234567890123456789012345\n')
    await write('1234567890123456789012345\n')
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('1234567890123456789012345\n')
    expect(readFileSync(path, 'utf8')).toBe('1234567890123456789012345\n')
  })

  it('loses no line of a turn that is urgent or written one by one, though the file goes away in between', () => {
    const path = join(freshDirectory(), 'app.log')
    const { target } = openRotating(path, { durability })
    for (const goAway of [rmSync, (old: string) => renameSync(old, `${old}-old`), truncateSync]) {
      target.write('before\n', true)
      goAway(path)
      target.write('b\n', durability === 'turn')
      target.write('c\n', durability === 'turn')
      expect(readFileSync(path, 'utf8')).toBe('b\nc\n')
    }
  })

  function open(): { path: string; readonly write: (line: string) => Promise<unknown> } {
    const path = join(freshDirectory(), 'logs', 'deep', 'app.log')
    const { target } = openRotating(path, { durability, maxBytes: 50, backupCount: 3 })
    const write = (line: string): Promise<unknown> => {
      target.write(line, false)
      return turn()
    }
    return { path, write }
  }
})
