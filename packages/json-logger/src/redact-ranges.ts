/** Where something secret begins and ends in a text. */
export type Range = readonly [from: number, to: number]

/** The text with `mask` in place of all ranges; those that touch or overlap become one. O(length + n log n). */
export function maskRanges(text: string, ranges: Range[], mask: string): string {
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
