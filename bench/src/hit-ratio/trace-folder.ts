import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../usage-error.ts'
import type { Cell } from './cell.ts'

/** A trace as a file. */
export interface TraceFile {
  readonly name: string
  readonly path: string
  readonly bytes: number
}

/** Ratios measured elsewhere, by trace and capacity. */
type Anchors = Readonly<Record<string, Readonly<Record<string, Cell['ratios']>>>>

/** The recorded traces, and what is known of them. */
export interface TraceFolder {
  readonly path: string
  /** Smallest first. */
  readonly files: readonly TraceFile[]
  readonly anchors: Anchors
}

const EXTENSION = '.dvz.gz'
const BESIDE_THE_REPOSITORY = fileURLToPath(new URL('../../../../shared/traces/', import.meta.url))

/**
 * The folder of recorded traces: that of the environment variable BENCH_TRACES, else `shared/traces` beside the repository.
 * `undefined` where the latter is not there.
 * @throws UsageError where BENCH_TRACES names no folder with traces.
 */
export function findTraceFolder(
  named: string | undefined = process.env['BENCH_TRACES'],
  beside: string = BESIDE_THE_REPOSITORY,
): TraceFolder | undefined {
  const path = named === undefined || named === '' ? beside : named
  const files = existsSync(path) && statSync(path).isDirectory() ? traceFiles(path) : []
  if (files.length > 0) return { path, files, anchors: readAnchors(join(path, 'anchors.json')) }
  if (path === named) throw new UsageError(`BENCH_TRACES must name a folder with ${EXTENSION} files, got ${named}`)
  return undefined
}

function traceFiles(folder: string): TraceFile[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => join(folder, file))
    .map((path) => ({ name: basename(path, EXTENSION), path, bytes: statSync(path).size }))
    .toSorted((a, b) => a.bytes - b.bytes)
}

/** Only what is the same whoever runs it is taken from there; our own caches and lru-cache are run. */
function readAnchors(path: string): Anchors {
  if (!existsSync(path)) return {}
  const traces = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, RecordedRatios>>
  return mapped(traces, (capacities) => mapped(capacities, anchorsOf))
}

interface RecordedRatios {
  readonly opt?: number
  readonly caffeineHead?: number
}

function anchorsOf({ opt, caffeineHead }: RecordedRatios): Cell['ratios'] {
  return {
    ...(opt === undefined ? {} : { optimum: opt }),
    ...(caffeineHead === undefined ? {} : { caffeine: caffeineHead }),
  }
}

function mapped<A, B>(from: Readonly<Record<string, A>>, to: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, to(value)]))
}
