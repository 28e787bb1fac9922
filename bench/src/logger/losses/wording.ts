import { formatWhole } from '../../report/format.ts'
import { formatSize } from '../../size.ts'
import { CONTESTANTS, type ContestantId } from '../contestants.ts'
import { DEATH_COLUMNS, type DeathColumn, MORTALS } from './deaths.ts'
import type { DiskOutcome } from './full-disk.ts'
import type { Losses } from './losses.ts'
import type { LossCell } from './measure-deaths.ts'
import type { PipeOutcome } from './stuck-pipe.ts'

/** A table of words, for a terminal and for Markdown alike. */
export interface Wording {
  readonly titles: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Lines lost of each contestant in each death: `3 / 0` after one turn and after many. */
export function deathWording({ deaths }: Losses): Wording {
  const rows = MORTALS.map((contestant) => [
    CONTESTANTS[contestant].label,
    ...DEATH_COLUMNS.map((column) => deathWords(column, contestant, deaths)),
  ])
  return { titles: ['', ...DEATH_COLUMNS.map(({ title }) => title)], rows }
}

function deathWords({ deaths }: DeathColumn, contestant: ContestantId, cells: readonly LossCell[]): string {
  const words = deaths.map((death) => {
    const cell = cells.find((one) => one.death === death && one.contestant === contestant)
    return cell === undefined ? '-' : lossWords(cell)
  })
  return words.join(' / ')
}

/** `0`, or `20, 1 torn`. */
export function lossWords({ lost, twice, torn, hasEnded }: Omit<LossCell, 'death' | 'contestant'>): string {
  const extras = [
    ...(twice > 0 ? [`${formatWhole(twice)} twice`] : []),
    ...(torn > 0 ? [`${formatWhole(torn)} torn`] : []),
    ...(hasEnded ? [] : ['does not end']),
  ]
  return [formatWhole(lost), ...extras].join(', ')
}

/** The outages of each contestant. */
export function outageWording({ pipes, disks }: Losses): Wording {
  const rows = MORTALS.flatMap((contestant) => {
    const pipe = pipes.find((one) => one.contestant === contestant)
    const disk = disks.find((one) => one.contestant === contestant)
    if (pipe === undefined && disk === undefined) return []
    return [[CONTESTANTS[contestant].label, pipeWords(pipe), diskWords(disk)]]
  })
  return { titles: ['', 'a pipe that nobody reads', 'a full disk, then room again'], rows }
}

function pipeWords(outcome: PipeOutcome | undefined): string {
  if (outcome === undefined) return 'not measured'
  const { turns, lines, grownBytes, exits } = outcome
  if (!turns && lines === 0) return 'the event loop stands still'
  const loop = turns ? 'the loop turns' : 'the loop stops'
  const grown = grownBytes < 0 ? 'does not grow' : `grows by ${formatSize(roundedToMib(grownBytes))}`
  return [loop, `${grown} in ${formatWhole(lines)} lines`, exits ? 'exits' : 'hangs in exit'].join(', ')
}

function roundedToMib(bytes: number): number {
  return Math.round(bytes / 1024 ** 2) * 1024 ** 2
}

function diskWords(outcome: DiskOutcome | undefined): string {
  if (outcome === undefined) return 'not measured'
  const { logged, kept, lostAfter, twice, torn, threw, dropped, end } = outcome
  return [
    end,
    `${formatWhole(kept)} of ${formatWhole(logged)} kept`,
    ...(lostAfter > 0 ? [`${formatWhole(lostAfter)} of those after it lost`] : []),
    ...(dropped === undefined ? [] : [`${formatWhole(dropped)} counted as dropped`]),
    ...(threw > 0 ? [`${formatWhole(threw)} calls threw`] : []),
    ...(torn > 0 ? [`${formatWhole(torn)} torn`] : []),
    ...(twice > 0 ? [`${formatWhole(twice)} twice`] : []),
  ].join(', ')
}
