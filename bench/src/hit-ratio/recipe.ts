import { type AdversaryId, adversaryWorkload } from './adversaries.ts'
import { weightCapacitiesOf } from './capacities.ts'
import { type LivesId, livesWorkload } from './lives.ts'
import { type MadeTraceName, makeTrace } from './made-traces.ts'
import { readTrace, type Trace } from './trace.ts'
import { type Spreading, weightsOf } from './weights.ts'
import { plainKeys, plainWorkload, type Workload } from './workload.ts'

/** Where a trace comes from. */
export type TraceSource = { readonly name: string; readonly path: string } | { readonly name: MadeTraceName }

/** How a process makes its workload: small enough to be handed over. */
export type Recipe =
  | { readonly kind: 'plain'; readonly source: TraceSource }
  | { readonly kind: 'weights'; readonly source: TraceSource; readonly spreading: Spreading }
  | { readonly kind: 'lives'; readonly id: LivesId }
  | { readonly kind: 'adversary'; readonly id: AdversaryId }

/** The workload of a recipe; the same at each call. */
export function workloadOf(recipe: Recipe): Workload {
  if (recipe.kind === 'plain') return plainWorkload(traceFrom(recipe.source))
  if (recipe.kind === 'weights') return weighted(traceFrom(recipe.source), recipe.spreading)
  return recipe.kind === 'lives' ? livesWorkload(recipe.id) : adversaryWorkload(recipe.id)
}

function traceFrom(source: TraceSource): Trace {
  return 'path' in source ? readTrace(source.path) : makeTrace(source.name)
}

function weighted(trace: Trace, spreading: Spreading): Workload {
  const weights = weightsOf(trace.unique, spreading)
  return { trace, keys: plainKeys(trace.unique), weights, capacities: weightCapacitiesOf(weights) }
}
