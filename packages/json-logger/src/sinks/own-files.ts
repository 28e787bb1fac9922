import { shown } from '../option-object.ts'
import { LineSink } from './line-sink.ts'
import type { Sink } from './sink.ts'
import { isSpecialFile } from './special-file.ts'

/**
 * Refuses two sinks on one file, where every line would stand twice. FIFOs and devices may be shared. Paths are compared as they
 * are resolved: a link to the same file is not seen.
 * @throws RangeError naming the file.
 */
export function assertOwnFiles(sinks: readonly Sink[]): void {
  const files = new Set<string>()
  for (const sink of sinks) {
    if (!(sink instanceof LineSink) || sink.file === undefined || isSpecialFile(sink.file)) continue
    if (files.has(sink.file)) {
      throw new RangeError(`sinks must be on files that no other sink writes, got ${shown(sink.file)}`)
    }
    files.add(sink.file)
  }
}
