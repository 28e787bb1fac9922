// Started by stuck-pipe.ts: logs as fast as it can into a pipe that nobody reads, says so on stdout, then exits.
import { writeSync } from 'node:fs'
import { openContestant } from '../contestants.ts'
import { LINES_PER_REQUEST, requestIdOf } from '../line.ts'
import type { Subject } from '../subject.ts'
import type { FloodJob, Heartbeat } from './stuck-pipe.ts'

const LINES_PER_TURN = 100
const BEAT_MS = 100

const { contestant, place, floodMs } = JSON.parse(process.argv[2] ?? '') as FloodJob
const subject: Subject = await openContestant(contestant, place)
const begin = performance.now()
let lines = 0
let beatAt = Number.NEGATIVE_INFINITY
setImmediate(flood)

function flood(): void {
  const now = performance.now()
  if (now - beatAt >= BEAT_MS || now - begin >= floodMs) {
    beatAt = now
    beat(now - begin)
  }
  if (now - begin >= floodMs) process.exit(0)
  for (const until = lines + LINES_PER_TURN; lines < until; ) logRequest()
  setImmediate(flood)
}

function logRequest(): void {
  subject.inRequest(requestIdOf(lines), () => {
    for (let line = 0; line < LINES_PER_REQUEST; line++) subject.info(lines++)
  })
}

function beat(atMs: number): void {
  const heartbeat: Heartbeat = { atMs, lines, rssBytes: process.memoryUsage.rss() }
  writeSync(1, `${JSON.stringify(heartbeat)}\n`)
}
