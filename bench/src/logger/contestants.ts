import type { Library, Place, Subject } from './subject.ts'

interface Contestant {
  readonly label: string
  /** Whether its text for people leaves out what the logger is bound to and the id of the request. */
  readonly hasShortText?: boolean
  /** Called in the process that measures it and nowhere else, so that no process holds the code of two libraries. */
  readonly load: () => Promise<{ readonly library: Library<string> }>
}

const floor = () => import('./contestants/floor.ts')
const ours = () => import('./contestants/ours.ts')
const pino = () => import('./contestants/pino.ts')
const winston = () => import('./contestants/winston.ts')
const logtape = () => import('./contestants/logtape.ts')
const tslog = () => import('./contestants/tslog.ts')
const bunyan = () => import('./contestants/bunyan.ts')

/** Everything that is compared. */
export const CONTESTANTS = {
  nothing: { label: 'an empty file', load: floor },
  'floor-template': { label: 'floor (template literal, 64 KiB buffer)', load: floor },
  'floor-json': { label: 'floor (JSON.stringify, 64 KiB buffer)', load: floor },
  'floor-template-line': { label: 'floor (template literal, a write per line)', load: floor },
  'floor-json-line': { label: 'floor (JSON.stringify, a write per line)', load: floor },
  ours: { label: '@org/json-logger', load: ours },
  'ours-line': { label: "@org/json-logger, durability 'line'", load: ours },
  pino: { label: 'pino, sync', load: pino },
  'pino-4096': { label: 'pino, sync, minLength 4096', load: pino },
  'pino-async': { label: 'pino, async, minLength 4096', load: pino },
  'pino-transport': { label: 'pino, transport in a worker', load: pino },
  'pino-roll': { label: 'pino + pino-roll in process, sync, minLength 4096', load: pino },
  'pino-rfs': { label: 'pino + rotating-file-stream', load: pino },
  winston: { label: 'winston', load: winston },
  'winston-daily': { label: 'winston + daily-rotate-file', load: winston },
  logtape: { label: 'LogTape', load: logtape },
  'logtape-non-blocking': { label: 'LogTape, nonBlocking', load: logtape },
  'logtape-logfmt': { label: 'LogTape, nonBlocking, text as logfmt', load: logtape },
  'logtape-line': { label: 'LogTape, bufferSize 0', load: logtape },
  tslog: { label: 'tslog', load: tslog, hasShortText: true },
  bunyan: { label: 'bunyan', load: bunyan },
} as const satisfies Readonly<Record<string, Contestant>>

export type ContestantId = keyof typeof CONTESTANTS

/** Whether a contestant's text for people has all that was logged. */
export function hasWholeText(id: ContestantId): boolean {
  const contestant: Contestant = CONTESTANTS[id]
  return contestant.hasShortText !== true
}

/** Sets a contestant up to write to a place. */
export async function openContestant(id: ContestantId, place: Place): Promise<Subject> {
  const { load }: Contestant = CONTESTANTS[id]
  const open = (await load()).library[id]
  if (open === undefined) throw new Error(`${CONTESTANTS[id].label} has no set-up`)
  return open(place)
}
