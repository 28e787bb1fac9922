// Started by full-disk.ts: logs until the disk is full and beyond, makes room, logs some more and ends.
import { rmSync, writeSync } from 'node:fs'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { openContestant } from '../contestants.ts'
import { LINES_PER_REQUEST, requestIdOf } from '../line.ts'
import type { Subject } from '../subject.ts'
import type { FillJob, FillReport } from './full-disk.ts'

const LINES_PER_TURN = 20
/** Time to notice that there is room again. */
const NOTICE_MS = 1500

const { contestant, place, filler, lines, linesAfter } = JSON.parse(process.argv[2] ?? '') as FillJob
const subject: Subject = await openContestant(contestant, place)
let threw = 0
await log(0, lines)
rmSync(filler)
await sleep(NOTICE_MS)
await log(lines, lines + linesAfter)
await sleep(NOTICE_MS)
await subject.close()
const report: FillReport = { threw, dropped: subject.dropped?.() }
writeSync(1, JSON.stringify(report))
process.exit(0)

async function log(from: number, to: number): Promise<void> {
  for (let seq = from; seq < to; seq += LINES_PER_REQUEST) {
    if (seq % LINES_PER_TURN === 0) await turn()
    subject.inRequest(requestIdOf(seq), () => {
      for (let line = seq; line < seq + LINES_PER_REQUEST; line++) tryInfo(line)
    })
  }
}

function tryInfo(seq: number): void {
  try {
    subject.info(seq)
  } catch {
    threw++
  }
}
