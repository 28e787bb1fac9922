// Started by measure-cells.ts: replays the caches in one workload at all its capacities and tells its parent.
import { answerParent } from '../contest/child-answer.ts'
import { type ContestantId, makeCache } from './caches.ts'
import type { Cell } from './cell.ts'
import { optimalRatio } from './optimum.ts'
import { type Recipe, workloadOf } from './recipe.ts'
import { hitRatio } from './replay.ts'
import type { Workload } from './workload.ts'

/** What one process is asked for. */
export interface Job {
  readonly recipe: Recipe
  readonly contestants: readonly ContestantId[]
  /** Ratios by capacity that are known; an optimum that is not among them is reckoned. Without it none is asked for. */
  readonly anchors?: Readonly<Record<string, Cell['ratios']>> | undefined
}

/** What it answers. */
export interface Sample {
  readonly requests: number
  readonly unique: number
  readonly cells: readonly Omit<Cell, 'trace'>[]
}

await answerParent((job: Job) => Promise.resolve(sample(job)))

function sample(job: Job): Sample {
  const workload = workloadOf(job.recipe)
  const { trace, capacities } = workload
  const cells = capacities.map((capacity) => ({ capacity, ratios: ratiosOf(job, workload, capacity) }))
  return { requests: trace.ids.length, unique: trace.unique, cells }
}

function ratiosOf({ contestants, anchors }: Job, workload: Workload, capacity: number): Cell['ratios'] {
  const known = anchors?.[capacity]
  const optimum = anchors === undefined ? undefined : (known?.optimum ?? optimalRatio(workload.trace, capacity))
  const live = contestants.map((id) => [id, hitRatio(workload, makeCache(id, workload, capacity))])
  return { ...(optimum === undefined ? {} : { optimum }), ...known, ...Object.fromEntries(live) }
}
