import { closeSync, constants, openSync, statSync } from 'node:fs'
import type { ResolvedBounds } from './bounds.ts'
import { DescriptorTarget } from './descriptor-target.ts'
import type { LineTarget, TargetContext } from './line-target.ts'

/**
 * The target of a path that leads to a FIFO or a device: what is written there may block and cannot be rotated, so it is written as
 * standard output is. `undefined` where it leads to a file, or to nothing yet.
 */
export function specialFileTarget(
  path: string,
  bounds: ResolvedBounds,
  context: TargetContext,
): LineTarget | undefined {
  const fd = openSpecial(path)
  if (fd === undefined) return undefined
  const target = new DescriptorTarget(new LoneStream(fd), bounds, context)
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await target.close()
    closeSync(fd)
  }
  return {
    write: (line, isUrgent) => target.write(line, isUrgent),
    flush: () => target.flush(),
    flushSync: () => target.flushSync(),
    close: () => (closing ??= close()),
    stats: () => target.stats(),
  }
}

/** Whether a path leads to a FIFO or a device. */
export function isSpecialFile(path: string): boolean {
  try {
    const stats = statSync(path)
    return stats.isFIFO() || stats.isCharacterDevice()
  } catch {
    return false
  }
}

/** For reading as well: a FIFO opened for writing alone would wait for a reader, and fail when the last one goes. */
function openSpecial(path: string): number | undefined {
  try {
    const stats = statSync(path)
    if (!stats.isFIFO() && !stats.isCharacterDevice()) return undefined
    return openSync(path, constants.O_NONBLOCK | (stats.isFIFO() ? constants.O_RDWR : constants.O_WRONLY))
  } catch {
    // The file, which tries again, will tell what is the matter.
    return undefined
  }
}

/** A descriptor that nobody else writes to, as the part of a stream that a target asks for. */
class LoneStream {
  readonly fd: number
  readonly writableLength = 0
  readonly writableCorked = 0

  constructor(fd: number) {
    this.fd = fd
  }

  cork(): void {}
  uncork(): void {}
}
