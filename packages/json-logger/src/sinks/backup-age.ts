import { rmSync, statSync } from 'node:fs'
import { listBackups } from './rotation.ts'

/**
 * Removes the backups whose last line is older than `maxAgeMs`, those above the count of today included. To be called
 * under the lock of rotation: names move.
 * @throws what the file system throws
 */
export function removeOldBackups(path: string, maxAgeMs: number): void {
  if (maxAgeMs === Infinity) return
  const oldest = Date.now() - maxAgeMs
  for (const backup of listBackups(path)) {
    const stats = statSync(backup.path, { throwIfNoEntry: false })
    if (stats !== undefined && stats.mtimeMs < oldest) rmSync(backup.path, { force: true })
  }
}
