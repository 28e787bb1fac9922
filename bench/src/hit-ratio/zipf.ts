import type { Random } from '@org/testkit'

/** Draws ranks `0` up to `count - 1`, where rank r comes up in proportion to `1 / (r + 1) ** exponent`. */
export function zipf(count: number, exponent: number, random: Random): () => number {
  const upTo = new Float64Array(count)
  let total = 0
  for (let rank = 0; rank < count; rank++) upTo[rank] = total += 1 / (rank + 1) ** exponent
  return () => firstAbove(upTo, random.next() * total)
}

function firstAbove(ascending: Float64Array, limit: number): number {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ascending[middle] as number) > limit) high = middle
    else low = middle + 1
  }
  return low
}
