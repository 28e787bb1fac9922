/** Where a match begins and ends. */
type Range = readonly [from: number, to: number]

/**
 * The text with `mask` in place of whatever any of the patterns matches. Each looks at the text as it was: one that hides a
 * part of a secret does not keep another from finding the whole. O(patterns x length), for patterns that are linear.
 * @param patterns global ones, not sticky
 */
export function maskMatches(text: string, patterns: readonly RegExp[], mask: string): string {
  const ranges = patterns.flatMap((pattern) => rangesOf(text, pattern))
  if (ranges.length === 0) return text
  ranges.sort((one, other) => one[0] - other[0])
  let masked = ''
  let done = 0
  for (const [from, to] of ranges) {
    if (from >= done) masked += text.slice(done, from) + mask
    done = Math.max(done, to)
  }
  return masked + text.slice(done)
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
