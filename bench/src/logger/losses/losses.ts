import type { Progress } from '../../progress.ts'
import type { ContestantId } from '../contestants.ts'
import { MORTALS } from './deaths.ts'
import { type DiskOutcome, fillDisk } from './full-disk.ts'
import { type DeathPlan, type LossCell, measureDeaths } from './measure-deaths.ts'
import { floodPipe, type PipeOutcome } from './stuck-pipe.ts'

/** What was lost, how. */
export interface Losses {
  /** Every death was died so often; a cell is the worst of them. */
  readonly runs: number
  readonly deaths: readonly LossCell[]
  /** Empty where this system has no named pipes. */
  readonly pipes: readonly PipeOutcome[]
  /** Empty where no small disk can be mounted. */
  readonly disks: readonly DiskOutcome[]
}

/** How much to lose. */
export interface LossPlan extends DeathPlan {
  /** Who meets the pipe that nobody reads and the full disk. */
  readonly outages: 'all' | 'ours'
  /** How long the pipe is flooded. */
  readonly floodMs: number
}

/** Measures all losses: the deaths, then the two outages of one contestant after another. */
export async function measureLosses(
  plan: LossPlan,
  runFolder: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Losses> {
  const deaths = await measureDeaths(plan, runFolder, progress, signal)
  const contestants: readonly ContestantId[] = plan.outages === 'all' ? MORTALS : ['ours']
  const pipes: PipeOutcome[] = []
  const disks: DiskOutcome[] = []
  progress.part('outages', contestants.length)
  for (const contestant of contestants) {
    const [pipe, disk] = await Promise.all([
      floodPipe(contestant, plan.floodMs, runFolder, signal),
      fillDisk(contestant, runFolder, signal),
    ])
    pipes.push(...listed(pipe))
    disks.push(...listed(disk))
    progress.step()
  }
  return { runs: plan.runs, deaths, pipes, disks }
}

function listed<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value]
}
