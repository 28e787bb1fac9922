import { ADVERSARY_IDS, adversaryText } from './adversaries.ts'
import { LIVES, livesText } from './lives.ts'
import { MADE_TRACES } from './made-traces.ts'
import type { Recipe, TraceSource } from './recipe.ts'
import type { TraceFile } from './trace-folder.ts'
import { SPREADINGS } from './weights.ts'

/** What a trial tries a cache with: entries that weigh, entries that die, traffic meant to harm. */
export type TrialKind = Exclude<Recipe['kind'], 'plain'>

/** A workload in which our tier is held against lru-cache alone. */
export interface Trial {
  readonly name: string
  /** What happens in it. */
  readonly says: string
  readonly recipe: Recipe & { readonly kind: TrialKind }
}

/** The kinds in the order they are told, with a title. */
export const TRIAL_TITLES: readonly (readonly [kind: TrialKind, title: string])[] = [
  ['weights', 'Entries that weigh, beside lru-cache with maxSize'],
  ['lives', 'Entries that die, beside lru-cache with ttl'],
  ['adversary', 'Traffic meant to harm, beside lru-cache'],
]

/** Recorded traces that are larger are not replayed with weights: they take minutes. */
const LARGEST = 200_000

/** All trials. */
export function trialsWith(files: readonly TraceFile[]): Trial[] {
  const recorded: TraceSource[] = files.filter(({ bytes }) => bytes <= LARGEST)
  return [...weighted([...recorded, ...MADE_TRACES.map((name) => ({ name }))]), ...lives(), ...adversaries()]
}

/** Some of them, which take seconds. */
export function quickTrials(): Trial[] {
  return [...weighted([{ name: 'made-zipf-scan' }]), ...lives().slice(0, 1), ...adversaries().slice(1, 3)]
}

function weighted(sources: readonly TraceSource[]): Trial[] {
  return sources.flatMap((source) =>
    SPREADINGS.map(
      (spreading): Trial => ({
        name: `${source.name}, ${spreading}`,
        says: `${source.name} with ${spreading} sizes`,
        recipe: { kind: 'weights', source, spreading },
      }),
    ),
  )
}

function lives(): Trial[] {
  return LIVES.map((id) => ({ name: id, says: livesText(id), recipe: { kind: 'lives', id } }))
}

function adversaries(): Trial[] {
  return ADVERSARY_IDS.map((id) => ({ name: id, says: adversaryText(id), recipe: { kind: 'adversary', id } }))
}
