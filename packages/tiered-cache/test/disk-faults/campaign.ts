/**
 * Run as a program: the long runs. Ends with 1 where a tier did not keep its word, and prints the seed by which it is found again.
 *   campaign.ts kill   [--kills 10000]
 *   campaign.ts damage [--mutations 100000]
 *   campaign.ts soak   [--minutes 60]
 * with --subject disk | disk-durable | sqlite (or a `plain:` one with a bug), --seed N, --lanes N (processes side by side).
 */
import { parseArgs } from 'node:util'
import { testSeed } from '@org/testkit'
import { damageRuns } from './damage-runs.ts'
import { killRuns } from './kill-runs.ts'
import { openDamageRuns } from './open-damage.ts'
import { growthOf } from './soak.ts'
import { soakProcess } from './soak-process.ts'
import type { SubjectName } from './subject.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '10000' },
    mutations: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '60' },
    subject: { type: 'string', default: 'disk' },
    seed: { type: 'string', default: String(testSeed()) },
    lanes: { type: 'string', default: '2' },
  },
})
const subject = values.subject as SubjectName
const seed = Number(values.seed)
/** Of so many mutations one is done to a tier that is open. */
const OPEN_SHARE = 20
const STEPS_OF_A_ROUND = 12

const CAMPAIGNS: Readonly<Record<string, () => Promise<readonly string[]>>> = { kill, damage, soak }

async function kill(): Promise<readonly string[]> {
  let done = 0
  const outcome = await killRuns(subject, Number(values.kills), seed, Number(values.lanes), (_seed, { kills }) => {
    done += kills
    progress(`${done} kills`)
  })
  console.log(`${outcome.kills} kills, ${outcome.acknowledged} acknowledged writes`)
  return outcome.complaints
}

async function damage(): Promise<readonly string[]> {
  const mutations = Number(values.mutations)
  const closed = await damageRuns(subject, mutations, seed, ({ mutations: done, hits, misses }) =>
    progress(`${done} mutations, ${hits} hits, ${misses} misses`),
  )
  console.log(`${closed.mutations} mutations of closed tiers: ${closed.hits} hits, ${closed.misses} misses`)
  const rounds = Math.ceil(mutations / OPEN_SHARE / STEPS_OF_A_ROUND)
  const open = await openDamageRuns(subject, rounds, seed)
  console.log(
    `${open.mutations} of open ones: ${open.hits} hits, ${open.misses} misses, ${open.rejected} rejected writes`,
  )
  return [...closed.complaints, ...open.complaints]
}

async function soak(): Promise<readonly string[]> {
  const outcome = await soakProcess(subject, 60 * Number(values.minutes), seed)
  const { samples, operations, rejected, peakBytes } = outcome
  for (const { files, bytes, heldBytes, descriptors } of samples) {
    console.log(`${files} files, ${bytes} bytes, ${heldBytes} held, ${descriptors} descriptors`)
  }
  console.log(`${operations} operations, ${rejected} rejected, ${peakBytes} bytes at the most`)
  return [...growthOf(outcome), ...outcome.complaints]
}

let toldAt = 0
function progress(line: string): void {
  if (performance.now() - toldAt < 10_000) return
  toldAt = performance.now()
  console.log(`  ${line}`)
}

const campaign = CAMPAIGNS[positionals[0] ?? '']
if (campaign === undefined) throw new Error(`a campaign must be one of ${Object.keys(CAMPAIGNS).join(', ')}`)
console.log(`${positionals[0]} of ${subject} on ${process.version}, --seed ${seed}`)
const complaints = await campaign()
for (const complaint of complaints.slice(0, 20)) console.log(complaint)
const rss = Math.round(process.resourceUsage().maxRSS / 1024)
console.log(`${complaints.length === 0 ? 'all clean' : `${complaints.length} COMPLAINTS`}, ${rss} MiB at the most`)
process.exitCode = complaints.length === 0 ? 0 : 1
