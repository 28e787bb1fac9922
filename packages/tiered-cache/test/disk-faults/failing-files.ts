import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** What may fail. */
export type FileCall = 'read' | 'write' | 'open'

type AnyFunction = (...given: never[]) => unknown
type Holder = Record<string, AnyFunction>

const NAMES: Readonly<Record<FileCall, readonly string[]>> = {
  read: ['read', 'readv', 'readFile', 'fstat'],
  write: ['write', 'writev', 'writeFile', 'appendFile', 'ftruncate', 'fsync', 'fdatasync', 'sync', 'datasync'],
  open: ['open', 'rename', 'unlink', 'rm', 'mkdir', 'readdir', 'opendir', 'stat', 'lstat', 'truncate'],
}

/**
 * Every file call of this process on what lies below a directory fails with EIO, in whatever way it is made through `node:fs`, until
 * the answered function is called. How a dying disk looks from here.
 */
export async function failFiles(directory: string, calls: readonly FileCall[]): Promise<() => void> {
  const handle = await fs.promises.open(process.execPath)
  const handles = Object.getPrototypeOf(handle) as Holder
  await handle.close()
  const undo = calls.flatMap((call) =>
    NAMES[call].flatMap((name) => [
      patch(fs as unknown as Holder, name, directory, 'callback'),
      patch(fs as unknown as Holder, `${name}Sync`, directory, 'sync'),
      patch(fs.promises as unknown as Holder, name, directory, 'promise'),
      call === 'open' ? undefined : patch(handles, name, directory, 'handle'),
    ]),
  )
  syncBuiltinESMExports()
  return () => {
    for (const each of undo) each?.()
    syncBuiltinESMExports()
  }
}

function patch(holder: Holder, name: string, directory: string, way: 'callback' | 'sync' | 'promise' | 'handle') {
  const whole = holder[name]
  if (typeof whole !== 'function') return undefined
  holder[name] = function failing(this: unknown, ...given: never[]): unknown {
    const target: unknown = way === 'handle' ? (this as fs.promises.FileHandle).fd : given[0]
    if (!isBelow(target, directory)) return whole.apply(this, given)
    const error = Object.assign(new Error(`EIO: i/o error, ${name}`), { code: 'EIO', errno: -5, syscall: name })
    if (way === 'sync') throw error
    if (way !== 'callback') return Promise.reject(error)
    return void setImmediate(given.at(-1) as unknown as (error: Error) => void, error)
  }
  return () => {
    holder[name] = whole
  }
}

function isBelow(target: unknown, directory: string): boolean {
  if (typeof target === 'number') return pathOf(target).startsWith(directory)
  return typeof target === 'string' && target.startsWith(directory)
}

function pathOf(file: number): string {
  try {
    return readlink(`/proc/self/fd/${file}`)
  } catch {
    return ''
  }
}

const readlink = fs.readlinkSync.bind(fs) as (path: string) => string
