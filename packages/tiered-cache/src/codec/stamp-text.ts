import type { TagStamp } from '../entry.ts'

const NO_STAMPS: readonly TagStamp[] = []

/** The stamps of an entry as JSON, `["tag","expire","delete",...]`; no text without stamps. */
export function stampText(stamps: readonly TagStamp[]): string {
  if (stamps.length === 0) return ''
  return JSON.stringify(stamps.flatMap((stamp) => [stamp.tag, stamp.expire, stamp.delete]))
}

/**
 * The stamps of a text that {@link stampText} made.
 * @throws Error of any kind for any other text.
 */
export function readStamps(text: string): readonly TagStamp[] {
  if (text === '') return NO_STAMPS
  const parts: unknown = JSON.parse(text)
  if (!Array.isArray(parts) || parts.length % 3 !== 0 || !parts.every((part) => typeof part === 'string')) {
    throw new Error('the stamps are malformed')
  }
  const stamps: TagStamp[] = []
  for (let at = 0; at < parts.length; at += 3) stamps.push(stampAt(parts, at))
  return stamps
}

function stampAt(parts: readonly string[], at: number): TagStamp {
  return { tag: parts[at] as string, expire: parts[at + 1] as string, delete: parts[at + 2] as string }
}
