import { setImmediate as turn } from 'node:timers/promises'
import { type Cost, costOf } from '../contest/cost.ts'
import { LINES_PER_REQUEST, requestIdOf } from './line.ts'
import { quiet } from './quiet.ts'
import type { LogLine, Subject } from './subject.ts'

/** What one process found: the cost of one line, call or import; by the clock, how long it kept the caller. */
export type Sample = Cost

/** Lines that a process writes. */
export interface SamplePlan {
  readonly warmUpLines: number
  readonly lines: number
  /** Calls below the level. */
  readonly calls: number
}

const LINES_PER_TURN = 100

/** Writes lines until the code is warm, then counts what the others cost until the last of them is where it belongs. */
export async function sampleLines(subject: Subject, plan: SamplePlan): Promise<Sample> {
  await callInRequests(subject, subject.info, 0, plan.warmUpLines)
  await quiet()
  const cpuBefore = process.cpuUsage()
  const begin = performance.now()
  await callInRequests(subject, subject.info, plan.warmUpLines, plan.warmUpLines + plan.lines)
  const wallMs = performance.now() - begin
  await quiet()
  await subject.close()
  await quiet()
  return costOf(cpuBefore, wallMs, plan.lines)
}

/** Calls below the level, in requests. */
export async function sampleDisabled(subject: Subject, call: LogLine, plan: SamplePlan): Promise<Sample> {
  await callInRequests(subject, call, 0, plan.warmUpLines * 5)
  const cpuBefore = process.cpuUsage()
  const begin = performance.now()
  await callInRequests(subject, call, 0, plan.calls)
  return costOf(cpuBefore, performance.now() - begin, plan.calls)
}

/** The same without requests and turns: what is left is the call alone. */
export function sampleBare(subject: Subject, plan: SamplePlan): Sample {
  const loop = (calls: number): void => {
    for (let seq = 0; seq < calls; seq++) subject.debug(seq)
  }
  loop(plan.warmUpLines * 5)
  const cpuBefore = process.cpuUsage()
  const begin = performance.now()
  loop(plan.calls * BARE_MORE)
  return costOf(cpuBefore, performance.now() - begin, plan.calls * BARE_MORE)
}

/** A bare call takes a few nanoseconds: it is made more often. */
const BARE_MORE = 10

async function callInRequests(subject: Subject, call: LogLine, from: number, to: number): Promise<void> {
  for (let seq = from; seq < to; seq += LINES_PER_REQUEST) {
    if (seq % LINES_PER_TURN === 0) await turn()
    subject.inRequest(requestIdOf(seq), () => {
      for (let line = seq; line < seq + LINES_PER_REQUEST; line++) call(line)
    })
  }
}
