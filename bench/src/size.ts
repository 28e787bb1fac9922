import { UsageError } from './usage-error.ts'

// Powers of 1024, as in the options of the cache.
const UNIT_BYTES: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2 }
const PATTERN = /^(\d+(?:\.\d+)?)(b|kb|mb)$/

/**
 * The bytes of a size as typed: `'200b'`, `'10kb'`, `'1.5mb'`, in either case.
 * @throws UsageError naming what was typed.
 */
export function parseSize(text: string): number {
  const match = PATTERN.exec(text.trim().toLowerCase())
  if (!match) throw new UsageError(`--size must be sizes such as 200b, 10kb or 5mb, got '${text}'`)
  return Math.round(Number(match[1]) * (UNIT_BYTES[match[2] as string] as number))
}

/** A number of bytes as people write it: `200 B`, `10 KiB`, `5 MiB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 ** 2) return `${short(bytes / 1024)} KiB`
  if (bytes < 1024 ** 3) return `${short(bytes / 1024 ** 2)} MiB`
  return `${short(bytes / 1024 ** 3)} GiB`
}

function short(count: number): string {
  return String(Math.round(count * 10) / 10)
}
