import { formatPercent } from '../report/format.ts'

/** Medians further apart than this fraction of their middle are not to be trusted to the digit. */
const WIDE = 0.5
/** Lines that a warning names; of the others it says how many. */
const NAMED = 4

/** A measured line as a warning tells it. */
export interface Spreading {
  /** What it is told together with, such as a payload. */
  readonly place: string
  readonly name: string
  readonly spread: number
}

/** Lines whose rounds disagree, as one warning for each place. */
export function spreadWarnings(lines: readonly Spreading[]): string[] {
  const wide = lines.filter((line) => line.spread > WIDE)
  const places = [...new Set(wide.map((line) => line.place))]
  return places.map((place) => {
    const some = wide.filter((line) => line.place === place).toSorted((a, b) => b.spread - a.spread)
    const names = some.slice(0, NAMED).map((line) => `${line.name} ${formatPercent(line.spread)}`)
    const others = some.length > NAMED ? [`${some.length - NAMED} more`] : []
    return `wide spread between the rounds at ${place}: ${[...names, ...others].join(', ')}`
  })
}
