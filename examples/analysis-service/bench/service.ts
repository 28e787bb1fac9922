import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine, machineWarnings } from '../../../bench/src/machine.ts'
import { type Progress, startProgress } from '../../../bench/src/progress.ts'
import { type BenchRedis, withRedis } from '../../../bench/src/redis-server.ts'
import { withBlock } from '../../../bench/src/report/markdown.ts'
import { RESULTS_FOLDER, withRunFolder } from '../../../bench/src/results-folder.ts'
import { UsageError } from '../../../bench/src/usage-error.ts'
import { createStandIn } from '../src/stand-in/stand-in.ts'
import { judgeClaims } from './claims.ts'
import { compare } from './comparison.ts'
import { fill, measureVariant, type Plan, type Sample } from './measure.ts'
import { notesOn, warningsOn } from './notes.ts'
import { makeRecordings, type Recordings } from './recordings.ts'
import { readmeBlock, terminalReport } from './report.ts'
import type { ServiceResults } from './results.ts'
import type { Place } from './running-service.ts'
import { VARIANTS } from './variant.ts'

const USAGE = `Usage: pnpm bench:service [options]

The service with the disk alone, as the original was, against the service with all its tiers.

  --quick          one round of about 20 seconds in place of 4 minutes
  --write-readme   write what was found into the README of the example; full runs only
  --help, -h       this text

Results: a table here, and bench/results/service-latest.json.
Redis: the server of REDIS_URL, else one is started for the run; without any, memory and disk are measured.
`

const README = join(import.meta.dirname, '..', 'README.md')
// All of them fit into the memory of the service, whose default is 100 entries.
const RECORDINGS = { short: 80, long: 20 }
const FULL: Plan = { rounds: 5, recordings: RECORDINGS, saturationSeconds: 3, steadySeconds: 3 }
const QUICK: Plan = { rounds: 1, recordings: RECORDINGS, saturationSeconds: 1, steadySeconds: 1 }

async function main(): Promise<void> {
  const { quick, 'write-readme': writeReadme, help } = options()
  if (help) return void process.stdout.write(USAGE)
  if (quick && writeReadme) throw new UsageError('--write-readme takes a full run: leave --quick out')
  const results = await withRedis((redis) => {
    if (writeReadme && redis instanceof Error) throw new Error('--write-readme takes a Redis', { cause: redis })
    return withRunFolder((folder) => run(quick, redis, folder))
  })
  mkdirSync(RESULTS_FOLDER, { recursive: true })
  writeFileSync(join(RESULTS_FOLDER, 'service-latest.json'), `${JSON.stringify(results, null, 2)}\n`)
  process.stdout.write(`${terminalReport(results)}\n`)
  if (!writeReadme) return
  writeFileSync(README, withBlock(readFileSync(README, 'utf8'), 'service', readmeBlock(results)))
}

/** @throws UsageError */
function options() {
  const flag = { type: 'boolean', default: false } as const
  const spec = { quick: flag, 'write-readme': flag, help: { ...flag, short: 'h' } }
  try {
    // A lone `--` comes from habit.
    return parseArgs({ args: process.argv.slice(2).filter((word) => word !== '--'), options: spec }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

async function run(quick: boolean, redis: BenchRedis | Error, folder: string): Promise<ServiceResults> {
  const began = new Date()
  const plan = quick ? QUICK : FULL
  const recordings = makeRecordings(plan.recordings)
  const machine = describeMachine(folder, redis instanceof Error ? undefined : redis.version)
  const samples = await samplesOf(plan, recordings, { folder, redis })
  const comparison = compare(samples)
  const entries = plan.recordings.short + plan.recordings.long
  return {
    format: 1,
    startedAt: began.toISOString(),
    tookMs: Date.now() - began.getTime(),
    quick,
    rounds: plan.rounds,
    machine,
    uploadBytes: { short: bytesOf(recordings.short), long: bytesOf(recordings.long) },
    entries,
    comparison,
    claims: judgeClaims(comparison, entries),
    warnings: [...machineWarnings(machine), ...warningsOn(samples, comparison, redis)],
    notes: notesOn(plan),
  }
}

/** All variants in each round; odd rounds go backwards, so that nobody always follows the same neighbour. */
async function samplesOf(
  plan: Plan,
  recordings: Recordings,
  { folder, redis }: { readonly folder: string; readonly redis: BenchRedis | Error },
): Promise<readonly Sample[]> {
  const standIn = await createStandIn()
  const progress = startProgress(plan.rounds + 1)
  try {
    const redisUrl = redis instanceof Error ? undefined : redis.url
    const memoryEntries = plan.recordings.short + plan.recordings.long
    const place: Place = { folder, redisUrl, gigaChat: standIn, memoryEntries }
    progress.part('all recordings are analysed once', 1)
    await fill(place, recordings)
    return await roundsOf(plan, recordings, place, progress)
  } finally {
    progress.end()
    await standIn.close()
  }
}

async function roundsOf(
  plan: Plan,
  recordings: Recordings,
  place: Place,
  progress: Progress,
): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  for (let round = 0; round < plan.rounds; round++) {
    progress.part(`round ${round + 1} of ${plan.rounds}`, VARIANTS.length)
    for (const variant of round % 2 === 0 ? VARIANTS : VARIANTS.toReversed()) {
      samples.push(await measureVariant(variant, place, recordings, plan))
      progress.step()
    }
  }
  return samples
}

function bytesOf([first]: readonly Buffer[]): number {
  return first?.length ?? 0
}

// An end by signal would leave the folder of the run behind.
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(name, () => process.exit(code))
}

try {
  await main()
} catch (error) {
  const isUsage = error instanceof UsageError
  const told = error instanceof Error && !isUsage ? error.stack : String(error)
  process.stderr.write(isUsage ? `${error.message}\nSee pnpm bench:service --help.\n` : `The bench failed: ${told}\n`)
  process.exitCode = isUsage ? 2 : 1
}
