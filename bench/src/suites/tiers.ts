import type { BenchOptions } from '../arguments.ts'
import { judgeClaims } from '../claims/run-claims.ts'
import type { RedisPlace } from '../contestants/contestant.ts'
import { describeMachine, type Machine, machineWarnings } from '../machine.ts'
import type { Plan } from '../measure.ts'
import { makePayload, type Payload, readPayload } from '../payload.ts'
import { withProgress } from '../progress.ts'
import { type BenchRedis, withRedis } from '../redis-server.ts'
import { withNamespace } from '../redis/namespace.ts'
import { htmlReport } from '../report/html.ts'
import { terminalReport } from '../report/terminal.ts'
import type { Results, Row } from '../results.ts'
import { withRunFolder } from '../results-folder.ts'
import { headOf } from '../run-results.ts'
import { UsageError } from '../usage-error.ts'
import { measurePayload, type PayloadRun } from './payload-run.ts'
import { type Spreading, spreadWarnings } from './spread-warnings.ts'
import type { Report, Suite } from './suite.ts'
import { notesFor } from './tiers-notes.ts'

const PLANS: Readonly<Record<'full' | 'quick', Plan>> = {
  full: { rounds: 5, cellMs: 400, minSamples: 3 },
  quick: { rounds: 3, cellMs: 50, minSamples: 2 },
}

/** Memory, Redis and disk compared, alone and composed, and the claims about them judged. */
export const tiersSuite: Suite = {
  name: 'tiers',
  about: 'memory, Redis and disk compared, alone and composed, and the claims about them judged',
  options: ['tiers', 'size', 'payload'],
  file: 'latest',
  run(options, signal) {
    const payloads = payloadsOf(options)
    return withRunFolder(async (folder) =>
      reportOf(
        options.tiers.includes('redis')
          ? await withRedis((redis) => runAll({ ...withoutMissing(redis, options), payloads, folder, signal }))
          : await runAll({ options, redis: undefined, payloads, folder, signal }),
      ),
    )
  },
}

function reportOf(results: Results): Report {
  return { results, text: terminalReport(results), page: htmlReport(results), isIncomplete: false }
}

/** Said at once, not only in the report: there is time to stop and to get a Redis first. */
function withoutMissing(redis: BenchRedis | Error, options: BenchOptions): Pick<Run, 'options' | 'redis'> {
  if (!(redis instanceof Error)) return { options, redis }
  const tiers = options.tiers.filter((kind) => kind !== 'redis')
  if (tiers.length === 0) throw new UsageError(redis.message)
  process.stderr.write(`Redis is left out. ${redis.message}\n`)
  return { options: { ...options, tiers }, redis }
}

interface Run {
  /** Without the tiers that could not be had. */
  readonly options: BenchOptions
  readonly payloads: readonly Payload[]
  readonly folder: string
  /** An error where one was asked for and could not be had; `undefined` where none was asked for. */
  readonly redis: BenchRedis | Error | undefined
  readonly signal: AbortSignal
}

function payloadsOf({ payloadFile, sizes }: BenchOptions): readonly Payload[] {
  return payloadFile === undefined ? sizes.map(makePayload) : [readPayload(payloadFile)]
}

async function runAll(run: Run): Promise<Results> {
  const { options, redis, folder } = run
  const startedAt = new Date()
  const machine = describeMachine(folder, redis instanceof Error ? undefined : redis?.version)
  const plan = options.quick ? PLANS.quick : PLANS.full
  const runs = await measureAll(run, plan)
  const rows = runs.flatMap((payloadRun) => payloadRun.rows)
  const payloads = runs.map((payloadRun) => payloadRun.facts)
  const scenarios = runs.map((payloadRun) => payloadRun.scenarios)
  return {
    ...headOf('tiers', startedAt, options.quick),
    rounds: plan.rounds,
    machine,
    payloads,
    rows,
    claims: judgeClaims(rows, payloads, scenarios),
    warnings: warningsOf(run, machine, runs),
    notes: notesFor(options.tiers),
  }
}

function measureAll(run: Run, plan: Plan): Promise<PayloadRun[]> {
  const { redis } = run
  if (redis === undefined || redis instanceof Error) return measureOn(undefined, run, plan)
  return withNamespace(redis.url, (namespace) => measureOn({ url: redis.url, namespace }, run, plan))
}

function measureOn(redis: RedisPlace | undefined, run: Run, plan: Plan): Promise<PayloadRun[]> {
  const { payloads, options, folder, signal } = run
  return withProgress(payloads.length, async (progress) => {
    const runs: PayloadRun[] = []
    for (const payload of payloads) {
      runs.push(await measurePayload({ payload, tiers: options.tiers, folder, redis, plan, progress, signal }))
    }
    return runs
  })
}

function warningsOf({ redis, options }: Run, machine: Machine, runs: readonly PayloadRun[]): string[] {
  return [
    ...(redis instanceof Error ? [`Redis was not measured: ${redis.message}`] : []),
    ...(options.quick ? ['a quick run: few samples, so the tails (p95, p99) say little'] : []),
    ...machineWarnings(machine),
    ...runs.flatMap((run) => run.warnings),
    ...spreadWarnings(runs.flatMap((run) => run.rows).map(spreading)),
  ]
}

function spreading({ payload, contestant, operation, spread }: Row): Spreading {
  return { place: payload, name: `${contestant} ${operation}`, spread }
}
