import { seededRandom } from '@org/testkit'

/** How the weights of keys are spread: `heavy-tailed` as bodies of HTTP are (Pareto), `bimodal` as rows among documents. */
export type Spreading = 'heavy-tailed' | 'bimodal'

/** The spreadings. */
export const SPREADINGS: readonly Spreading[] = ['heavy-tailed', 'bimodal']

const SEED = 7
/** Pareto: the lower, the more of the weight lies in few keys. */
const TAIL = 1.2
const LIGHTEST = 100
const HEAVIEST = 1_000_000

/** A weight in bytes for each key; the same at each call. */
export function weightsOf(unique: number, spreading: Spreading): Float64Array {
  const random = seededRandom(SEED)
  const draw =
    spreading === 'bimodal'
      ? () => (random.chance(0.9) ? random.int(100, 300) : random.int(10_000, 30_000))
      : () => Math.min(HEAVIEST, Math.round(LIGHTEST / (1 - random.next()) ** (1 / TAIL)))
  return new Float64Array(unique).map(draw)
}
