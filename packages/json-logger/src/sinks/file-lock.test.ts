import { spawnSync } from 'node:child_process'
import {
  lutimesSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { withFileLock } from './file-lock.ts'

function freshLock(content?: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'file-lock-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'app.log.lock')
  if (content !== undefined) writeFileSync(path, content) // as where there are no symbolic links
  return path
}

function age(path: string, seconds: number): void {
  const then = Date.now() / 1000 - seconds
  lutimesSync(path, then, then)
}

/** Whether the lock could be had. */
function isFree(path: string): boolean {
  let wasDone = false
  expect(withFileLock(path, () => void (wasDone = true))).toBe(wasDone)
  return wasDone
}

const deadPid = spawnSync(process.execPath, ['-e', '']).pid

describe('withFileLock', () => {
  it('holds process, thread and host while the work is done, and is gone afterwards', () => {
    const path = freshLock()
    withFileLock(path, () => expect(readlinkSync(path)).toBe(`${process.pid} ${threadId} ${hostname()}`))
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  it('is gone when the work throws, too', () => {
    const path = freshLock()
    const work = (): never => {
      throw new Error('no space')
    }
    expect(() => withFileLock(path, work)).toThrow('no space')
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  it.each([
    ['a live process', `${process.ppid} 0 ${hostname()}`],
    ['another thread of this process', `${process.pid} ${threadId + 1} ${hostname()}`],
    ['a process of another host, whose number says nothing here', `${deadPid} 0 elsewhere`],
    ['somebody who has not written a name yet', ''],
  ])('does nothing while it belongs to %s', (_, content) => {
    const path = freshLock(content)
    expect(isFree(path)).toBe(false)
    expect(readFileSync(path, 'utf8')).toBe(content)
    rmSync(path)
    symlinkSync(content || 'nobody', path)
    expect(isFree(path)).toBe(false)
    expect(readdirSync(join(path, '..'))).toEqual(['app.log.lock'])
  })

  it.each([
    ['a dead process', `${deadPid} 0 ${hostname()}`],
    ['an earlier process with the number of this one', `${process.pid} ${threadId} ${hostname()}`],
  ])('replaces the lock of %s', (_, content) => {
    const path = freshLock(content)
    expect(isFree(path)).toBe(true)
    symlinkSync(content, path)
    expect(isFree(path)).toBe(true)
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  it.each([11, -11])('replaces a lock of a live process that is %i s old', (seconds) => {
    const path = freshLock(`${process.ppid} 0 ${hostname()}`)
    age(path, seconds)
    expect(isFree(path)).toBe(true)
    symlinkSync(`${process.ppid} 0 ${hostname()}`, path)
    age(path, seconds)
    expect(isFree(path)).toBe(true)
  })

  it('leaves a stale lock to the one who is replacing it, and forgets that one after 10 s', () => {
    const path = freshLock(`${deadPid} 0 ${hostname()}`)
    writeFileSync(`${path}.break`, '')
    expect(isFree(path)).toBe(false)
    age(`${path}.break`, 11)
    isFree(path)
    expect(isFree(path)).toBe(true)
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  it('leaves the lock of another who took ours for stale', () => {
    const path = freshLock()
    withFileLock(path, () => {
      rmSync(path)
      writeFileSync(path, 'another')
    })
    expect(readFileSync(path, 'utf8')).toBe('another')
  })
})
