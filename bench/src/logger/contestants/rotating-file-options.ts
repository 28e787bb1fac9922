import { basename, dirname } from 'node:path'
import type { Options } from 'rotating-file-stream'
import type { Place } from '../subject.ts'

/** A place in the words of rotating-file-stream: its mode with the names `app.log`, `app.log.1` and so on. */
export function rotatingFileOptions({ path, maxFileBytes, backups }: Place): [string, Options] {
  return [basename(path), { path: dirname(path), size: `${Math.ceil(maxFileBytes / 1024)}K`, rotate: backups }]
}
