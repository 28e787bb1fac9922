// Started by measure-deaths.ts: logs and dies, each in the way it is told to.
import { type ContestantId, openContestant } from '../contestants.ts'
import { LINES_PER_REQUEST, requestIdOf } from '../line.ts'
import { quiet } from '../quiet.ts'
import type { Place, Subject } from '../subject.ts'
import type { Death } from './deaths.ts'

/** What one process is told. */
export interface DeathJob {
  readonly contestant: ContestantId
  readonly death: Death
  readonly place: Place
}

const { contestant, death, place } = JSON.parse(process.argv[2] ?? '') as DeathJob
const subject = await openContestant(contestant, place)
// Some open their file in their own time: who dies before that loses all, which says nothing of a service.
await quiet()
setImmediate(logFrom, 0)

function logFrom(from: number): void {
  const to = Math.min(from + death.linesPerTurn, death.lines)
  for (let seq = from; seq < to; seq += LINES_PER_REQUEST) logRequest(subject, seq)
  if (to < death.lines) setImmediate(logFrom, to)
  else if (death.idleMs > 0) setTimeout(die, death.idleMs)
  else if (death.linesPerTurn < death.lines) setImmediate(die)
  else die()
}

function logRequest({ inRequest, info, error }: Subject, from: number): void {
  const log = death.level === 'info' ? info : error
  inRequest(requestIdOf(from), () => {
    for (let seq = from; seq < from + LINES_PER_REQUEST; seq++) log(seq)
  })
}

function die(): void {
  if (death.ending === 'end') return
  if (death.ending === 'exit') process.exit(0)
  if (death.ending === 'uncaught') throw new Error('nobody catches this')
  process.kill(process.pid, death.ending)
  // A signal may take a moment to arrive: nothing more of the turn is to run.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000)
}
