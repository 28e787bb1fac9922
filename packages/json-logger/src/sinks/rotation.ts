import { readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** An earlier log file: `app.log.1` is the youngest; `app.log.2.gz` a compressed one. */
export interface Backup {
  readonly path: string
  readonly index: number
  readonly isGzip: boolean
}

/**
 * The backups of a log file, the oldest (highest index) first.
 * @throws what the file system throws
 */
export function listBackups(path: string): readonly Backup[] {
  const prefix = `${basename(path)}.`
  const backups: Backup[] = []
  for (const name of readdirSync(dirname(path))) {
    const match = name.startsWith(prefix) ? /^([1-9]\d*)(\.gz)?$/.exec(name.slice(prefix.length)) : null
    if (match) backups.push(backupAt(path, Number(match[1]), match[2] !== undefined))
  }
  return backups.toSorted((a, b) => b.index - a.index)
}

/**
 * Moves a log file to `.1`, `.1` to `.2` and so on, the names of Python's RotatingFileHandler; `.n` goes where all names
 * are taken. Begins at the top and stops at the first fault, so at any moment, a kill included, no file is overwritten
 * and the order is kept. What a kill leaves is one gap: the next rotation closes it instead of dropping the oldest.
 * @throws what the file system throws
 */
export function rotate(path: string, backupCount: number): void {
  const backups = listBackups(path)
  const free = firstFreeIndex(backups)
  const last = Math.min(free, backupCount + 1)
  for (const backup of backups) {
    if (backup.index >= last) continue
    if (backup.index === backupCount) rmSync(backup.path, { force: true })
    else renameSync(backup.path, backupAt(path, backup.index + 1, backup.isGzip).path)
  }
  renameSync(path, backupAt(path, 1, false).path)
}

function firstFreeIndex(backups: readonly Backup[]): number {
  const taken = new Set(backups.map((backup) => backup.index))
  let index = 1
  while (taken.has(index)) index++
  return index
}

function backupAt(path: string, index: number, isGzip: boolean): Backup {
  return { path: `${path}.${index}${isGzip ? '.gz' : ''}`, index, isGzip }
}
