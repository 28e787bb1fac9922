/** A stretch of a recording, in indices of its levels: from `start` up to, not including, `end`. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/** The stretches, in order, of which every index is so. */
export function stretchesWhere(length: number, isSo: (index: number) => boolean): Stretch[] {
  const found: Stretch[] = []
  let start: number | undefined
  for (let at = 0; at <= length; at++) {
    if (at < length && isSo(at)) start ??= at
    else if (start !== undefined) {
      found.push({ start, end: at })
      start = undefined
    }
  }
  return found
}

/** The stretches with the gaps shorter than `least` closed. */
export function joinedOver(stretches: readonly Stretch[], least: number): Stretch[] {
  const joined: Stretch[] = []
  for (const stretch of stretches) {
    const last = joined.at(-1)
    if (last !== undefined && stretch.start - last.end < least) {
      joined[joined.length - 1] = { start: last.start, end: stretch.end }
    } else joined.push(stretch)
  }
  return joined
}
