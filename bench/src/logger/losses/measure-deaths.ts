import { inParallel } from '../../contest/in-parallel.ts'
import type { Progress } from '../../progress.ts'
import type { ContestantId } from '../contestants.ts'
import { placeIn, withFolder } from '../place.ts'
import { readLogs } from '../proof.ts'
import { runChild } from './child.ts'
import { type Death, type DeathId, DEATHS, MORTALS } from './deaths.ts'
import type { DeathJob } from './die.ts'

/** What a death cost: the worst of the runs. */
export interface LossCell {
  readonly death: DeathId
  readonly contestant: ContestantId
  /** Lines that are not in the file. */
  readonly lost: number
  /** Lines that are there more than once. */
  readonly twice: number
  /** Pieces of lines. */
  readonly torn: number
  /** Whether the process had ended by itself, as it was told to. */
  readonly hasEnded: boolean
}

/** How often everybody dies, and of what. */
export interface DeathPlan {
  readonly runs: number
  readonly deaths: readonly DeathId[]
}

const ENTRY = new URL('die.ts', import.meta.url)
/** Who has not ended by itself after so long never does: there is nothing to wait for but a flush. */
const LIMIT_MS = 8000
/** A death is not timed: two at a time disturb nobody. */
const PARALLEL = 2

/** Lets every mortal die in every way and counts the lines it left. */
export async function measureDeaths(
  { runs, deaths }: DeathPlan,
  runFolder: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<LossCell[]> {
  const told = DEATHS.filter(({ id }) => deaths.includes(id))
  const jobs = told.flatMap((death) => MORTALS.map((contestant) => ({ death, contestant })))
  const queue = Array.from({ length: runs }, () => jobs).flat()
  const cells = new Map<string, LossCell>()
  progress.part('ways to die', queue.length)
  await inParallel(queue, PARALLEL, async ({ death, contestant }) => {
    const cell = await dieOnce(death, contestant, runFolder, signal)
    const place = `${death.id}/${contestant}`
    cells.set(place, worseOf(cells.get(place), cell))
    progress.step()
  })
  return jobs.flatMap(({ death, contestant }) => cells.get(`${death.id}/${contestant}`) ?? [])
}

function dieOnce(
  death: Death & { readonly id: DeathId },
  contestant: ContestantId,
  runFolder: string,
  signal: AbortSignal,
): Promise<LossCell> {
  return withFolder(runFolder, async (folder) => {
    const place = placeIn(folder, { place: 'file', isNull: false })
    const job: DeathJob = { contestant, death, place }
    const { isOverdue } = await runChild({ entry: ENTRY, job, limitMs: LIMIT_MS }, signal)
    const { counts, torn } = readLogs(folder)
    const twice = [...counts.values()].filter((count) => count > 1).length
    return { death: death.id, contestant, lost: death.lines - counts.size, twice, torn, hasEnded: !isOverdue }
  })
}

function worseOf(known: LossCell | undefined, cell: LossCell): LossCell {
  if (known === undefined) return cell
  return {
    ...cell,
    lost: Math.max(known.lost, cell.lost),
    twice: Math.max(known.twice, cell.twice),
    torn: Math.max(known.torn, cell.torn),
    hasEnded: known.hasEnded && cell.hasEnded,
  }
}
