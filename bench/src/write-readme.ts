import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { breakerGaps } from './breaker/gaps.ts'
import type { BreakerResults } from './breaker/results.ts'
import { speedBlock } from './breaker/speed-block.ts'
import { hitRatioGaps } from './hit-ratio/gaps.ts'
import { hitRatioBlock } from './hit-ratio/hit-ratio-block.ts'
import type { HitRatioResults } from './hit-ratio/results.ts'
import { loggerGaps } from './logger/gaps.ts'
import { lossesBlock } from './logger/losses/losses-block.ts'
import type { LoggerResults } from './logger/results.ts'
import { loggerSpeedBlock } from './logger/speed-block.ts'
import { memoryGaps } from './memory/gaps.ts'
import type { MemoryResults } from './memory/results.ts'
import { memorySpeedBlock } from './memory/speed-block.ts'
import { claimsBlock } from './report/claims-block.ts'
import { resultsFile } from './report/files.ts'
import { mustBeFull } from './report/full-run.ts'
import { withBlock } from './report/markdown.ts'
import type { Results } from './results.ts'
import { breakerSuite } from './suites/breaker.ts'
import { hitRatioSuite } from './suites/hit-ratio.ts'
import { loggerSuite } from './suites/logger.ts'
import { memorySuite } from './suites/memory.ts'
import type { Suite } from './suites/suite.ts'
import { tiersSuite } from './suites/tiers.ts'
import { tiersGaps } from './suites/tiers-gaps.ts'

// A command of its own, `pnpm bench:readme [suite]`: what a README says of a run comes from that run, and no hand types it.
// Without a suite it writes for all that have been run; only full runs are written.
interface Place {
  readonly suite: Suite
  readonly readme: string
  /** Of the markers `<!-- name:begin -->` and `<!-- name:end -->`. */
  readonly marker: string
  readonly gaps: (json: unknown) => readonly string[]
  readonly block: (json: unknown) => string
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PLACES: readonly Place[] = [
  {
    suite: tiersSuite,
    readme: 'README.md',
    marker: 'claims',
    gaps: (json) => tiersGaps(json as Results),
    block: (json) => claimsBlock(json as Results),
  },
  {
    suite: memorySuite,
    readme: 'packages/tiered-cache/README.md',
    marker: 'speed',
    gaps: (json) => memoryGaps(json as MemoryResults),
    block: (json) => memorySpeedBlock(json as MemoryResults),
  },
  {
    suite: hitRatioSuite,
    readme: 'packages/tiered-cache/README.md',
    marker: 'hit-ratio',
    gaps: (json) => hitRatioGaps(json as HitRatioResults),
    block: (json) => hitRatioBlock(json as HitRatioResults),
  },
  {
    suite: breakerSuite,
    readme: 'packages/breaker/README.md',
    marker: 'speed',
    gaps: (json) => breakerGaps(json as BreakerResults),
    block: (json) => speedBlock(json as BreakerResults),
  },
  {
    suite: loggerSuite,
    readme: 'packages/json-logger/README.md',
    marker: 'speed',
    gaps: (json) => loggerGaps(json as LoggerResults),
    block: (json) => loggerSpeedBlock(json as LoggerResults),
  },
  {
    suite: loggerSuite,
    readme: 'packages/json-logger/README.md',
    marker: 'losses',
    gaps: (json) => loggerGaps(json as LoggerResults),
    block: (json) => lossesBlock(json as LoggerResults),
  },
]

const asked = process.argv.slice(2)
const names = [...new Set(PLACES.map(({ suite }) => suite.name))]
const unknown = asked.find((name) => !names.includes(name))
if (unknown !== undefined) fail(`unknown suite '${unknown}'; there is: ${names.join(', ')}`)
const places = PLACES.filter(({ suite }) => asked.length === 0 || asked.includes(suite.name))
const missing = places.filter(({ suite }) => !existsSync(resultsFile(suite)))
if (missing.length === places.length || (asked.length > 0 && missing.length > 0)) {
  fail(`no results yet: run pnpm bench ${[...new Set(missing.map(({ suite }) => suite.name))].join(' and ')} first`)
}
for (const place of places.filter((each) => !missing.includes(each))) {
  try {
    write(place)
  } catch (error) {
    fail(`${place.readme}: ${(error as Error).message}`)
  }
}

function write({ suite, readme, marker, gaps, block }: Place): void {
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
