/** The objects that one value was found to hold, in columns: those still to be measured stand behind those that were. */
export interface Walk {
  parts: (object | undefined)[]
  /** How many like it each stands for. */
  copies: number[]
  length: number
  /** The copies of the part being measured. */
  weight: number
  /** How often an object was come across, those met before included. */
  found: number
  met: Set<unknown> | undefined
}

/** Which elements of a part are looked at, and what they led to. */
export interface Sample {
  readonly size: number
  /** From the beginning of a run to that of the next. */
  readonly stride: number
  /** Of the walk, at the beginning. */
  readonly from: number
  readonly found: number
  seen: number
}

/** So many objects are found again by looking through them. */
const FEW = 16
const SAMPLED_ABOVE = 4_096
/** Once many objects were met. */
const SAMPLED_ABOVE_LATER = 256
const MANY = 10_000
/** So many neighbours are looked at together: a pattern that repeats within them is seen whole. */
const RUN = 32
const MAX_SPARE = 1_024

/** A walk that has met nothing. */
export function newWalk(): Walk {
  return { parts: [], copies: [], length: 0, weight: 1, found: 0, met: undefined }
}

/** The walk for the next value, which holds on to nothing of this one. */
export function emptied(walk: Walk): Walk {
  if (walk.length > MAX_SPARE) return newWalk()
  walk.parts.fill(undefined, 0, walk.length)
  walk.length = 0
  walk.weight = 1
  walk.found = 0
  walk.met = undefined
  return walk
}

/** Puts an object at the end of the walk, unless it was met before. */
export function meet(walk: Walk, part: object): void {
  const { parts, length } = walk
  walk.found++
  if (length <= FEW) {
    for (let at = 0; at < length; at++) if (parts[at] === part) return
  } else {
    walk.met ??= new Set(parts.slice(0, length))
    const before = walk.met.size
    if (walk.met.add(part).size === before) return
  }
  parts[length] = part
  walk.copies[length] = walk.weight
  walk.length = length + 1
}

/** All of `size` elements, or runs of them spread over a large part. */
export function beginSample(walk: Walk, size: number): Sample {
  const above = walk.length > MANY ? SAMPLED_ABOVE_LATER : SAMPLED_ABOVE
  const stride = size > above ? Math.floor((2 * RUN * size) / above) : RUN
  return { size, stride, from: walk.length, found: walk.found, seen: 0 }
}

/** The element to look at after the one at `at`. */
export function following(sample: Sample, at: number): number {
  sample.seen++
  const within = at % sample.stride
  return within + 1 < RUN ? at + 1 : at - within + sample.stride
}

/**
 * How many elements each of those that were looked at stands for; so do the objects that they led to, the less the more
 * often the same came again.
 */
export function endSample(walk: Walk, sample: Sample): number {
  const { size, from, seen } = sample
  if (seen === size) return 1
  const found = walk.found - sample.found
  const anew = walk.length - from
  const copies = 1 + (size / seen - 1) * Math.max(0, (2 * anew - found) / Math.max(1, found))
  for (let at = from; at < walk.length; at++) walk.copies[at] = copies * walk.weight
  return size / seen
}
