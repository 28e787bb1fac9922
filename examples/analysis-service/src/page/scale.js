// From values to pixels: the scales of the picture and the ticks of its axes.

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box the picture within its axes, in pixels */
/** @typedef {(value: number) => number} Scale from a value to its pixel */

/**
 * The straight line that takes `low` to `from` and `high` to `to`.
 * @param {number} low @param {number} high @param {number} from @param {number} to @returns {Scale}
 */
export function scale(low, high, from, to) {
  return (value) => from + ((value - low) / (high - low)) * (to - from)
}

/** Round numbers from `low` to `high`, at most about `most`. @param {number} low @param {number} high @param {number} most */
export function ticksOf(low, high, most) {
  const rough = (high - low) / Math.max(1, most)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  )
}
