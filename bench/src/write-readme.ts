import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { breakerGaps } from './breaker/gaps.ts'
import { speedBlock } from './breaker/speed-block.ts'
import { diskGaps } from './disk/gaps.ts'
import { diskSpeedBlock } from './disk/speed-block.ts'
import { freshnessGaps } from './freshness/gaps.ts'
import { freshnessSpeedBlock } from './freshness/speed-block.ts'
import { hitRatioGaps } from './hit-ratio/gaps.ts'
import { hitRatioBlock } from './hit-ratio/hit-ratio-block.ts'
import { loggerGaps } from './logger/gaps.ts'
import { lossesBlock } from './logger/losses/losses-block.ts'
import { loggerSpeedBlock } from './logger/speed-block.ts'
import { memoryGaps } from './memory/gaps.ts'
import { memorySpeedBlock } from './memory/speed-block.ts'
import { outageGaps } from './outage/gaps.ts'
import { outageBlock } from './outage/outage-block.ts'
import { redisGaps } from './redis/gaps.ts'
import { redisSpeedBlock } from './redis/speed-block.ts'
import { claimsBlock } from './report/claims-block.ts'
import { resultsFile } from './report/files.ts'
import { mustBeFull } from './report/full-run.ts'
import { withBlock } from './report/markdown.ts'
import { breakerSuite } from './suites/breaker.ts'
import { diskSuite } from './suites/disk.ts'
import { freshnessSuite } from './suites/freshness.ts'
import { hitRatioSuite } from './suites/hit-ratio.ts'
import { loggerSuite } from './suites/logger.ts'
import { memorySuite } from './suites/memory.ts'
import { outageSuite } from './suites/outage.ts'
import { redisSuite } from './suites/redis.ts'
import type { Suite } from './suites/suite.ts'
import { tiersSuite } from './suites/tiers.ts'
import { tiersGaps } from './suites/tiers-gaps.ts'

// A command of its own, `pnpm bench:readme [suite]`: what a README says of a run comes from that run, and no hand types it.
// Without a suite it writes for all that have been run; only full runs are written.
interface Place<Results> {
  readonly suite: Suite
  readonly readme: string
  /** Of the markers `<!-- name:begin -->` and `<!-- name:end -->`. */
  readonly marker: string
  readonly gaps: (results: Results) => readonly string[]
  readonly block: (results: Results) => string
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PLACES: readonly Place<unknown>[] = [
  place({ suite: tiersSuite, readme: 'README.md', marker: 'claims', gaps: tiersGaps, block: claimsBlock }),
  place({
    suite: memorySuite,
    readme: 'packages/tiered-cache/README.md',
    marker: 'speed',
    gaps: memoryGaps,
    block: memorySpeedBlock,
  }),
  place({
    suite: freshnessSuite,
    readme: 'packages/tiered-cache/README.md',
    marker: 'freshness-speed',
    gaps: freshnessGaps,
    block: freshnessSpeedBlock,
  }),
  place({
    suite: hitRatioSuite,
    readme: 'packages/tiered-cache/README.md',
    marker: 'hit-ratio',
    gaps: hitRatioGaps,
    block: hitRatioBlock,
  }),
  place({
    suite: redisSuite,
    readme: 'packages/tiered-cache/README.md',
    marker: 'redis-speed',
    gaps: redisGaps,
    block: redisSpeedBlock,
  }),
  place({
    suite: diskSuite,
    readme: 'packages/tiered-cache/README.md',
    marker: 'disk-speed',
    gaps: diskGaps,
    block: diskSpeedBlock,
  }),
  place({
    suite: outageSuite,
    readme: 'packages/tiered-cache/README.md',
    marker: 'outage',
    gaps: outageGaps,
    block: outageBlock,
  }),
  place({
    suite: breakerSuite,
    readme: 'packages/breaker/README.md',
    marker: 'speed',
    gaps: breakerGaps,
    block: speedBlock,
  }),
  place({
    suite: loggerSuite,
    readme: 'packages/json-logger/README.md',
    marker: 'speed',
    gaps: loggerGaps,
    block: loggerSpeedBlock,
  }),
  place({
    suite: loggerSuite,
    readme: 'packages/json-logger/README.md',
    marker: 'losses',
    gaps: loggerGaps,
    block: lossesBlock,
  }),
]

/** The results of a suite come back as the JSON that it wrote. */
function place<Results>({ gaps, block, ...told }: Place<Results>): Place<unknown> {
  return { ...told, gaps: (json) => gaps(json as Results), block: (json) => block(json as Results) }
}

const asked = process.argv.slice(2)
const names = [...new Set(PLACES.map(({ suite }) => suite.name))]
const unknown = asked.find((name) => !names.includes(name))
if (unknown !== undefined) fail(`unknown suite '${unknown}'; there is: ${names.join(', ')}`)
const places = PLACES.filter(({ suite }) => asked.length === 0 || asked.includes(suite.name))
const missing = places.filter(({ suite }) => !existsSync(resultsFile(suite)))
if (missing.length === places.length || (asked.length > 0 && missing.length > 0)) {
  fail(`no results yet: run pnpm bench ${[...new Set(missing.map(({ suite }) => suite.name))].join(' and ')} first`)
}
for (const one of places.filter((each) => !missing.includes(each))) {
  try {
    write(one)
  } catch (error) {
    fail(`${one.readme}: ${(error as Error).message}`)
  }
}

function write({ suite, readme, marker, gaps, block }: Place<unknown>): void {
  const results: unknown = JSON.parse(readFileSync(resultsFile(suite), 'utf8'))
  mustBeFull(suite.name, gaps(results))
  const path = `${ROOT}${readme}`
  writeFileSync(path, withBlock(readFileSync(path, 'utf8'), marker, block(results)))
  process.stdout.write(`The last run of ${suite.name} is in ${relative(process.cwd(), path)} now (${marker}).\n`)
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}
