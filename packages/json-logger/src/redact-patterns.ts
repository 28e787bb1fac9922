import type { Range } from './redact-ranges.ts'

/**
 * What any of the patterns matches. Each looks at the text as it is: one that hides a part of a secret does not keep another
 * from finding the whole. O(patterns x length), for patterns that are linear.
 * @param patterns global ones, not sticky
 */
export function matchesOf(text: string, patterns: readonly RegExp[]): Range[] {
  return patterns.flatMap((pattern) => rangesOf(text, pattern))
}

function rangesOf(text: string, pattern: RegExp): Range[] {
  if (text.search(pattern) < 0) return []
  const ranges: Range[] = []
  for (const match of text.matchAll(pattern)) {
    // A match of nothing hides nothing.
    if (match[0] !== '') ranges.push([match.index, match.index + match[0].length])
  }
  return ranges
}
