import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '@org/testkit'

/** Lines to write with a limit; each run is a life of the process. */
export interface RotationCase {
  readonly maxBytes: number
  readonly backupCount: number
  readonly runs: readonly (readonly string[])[]
}

const SCRIPT = join(import.meta.dirname, 'rotation-oracle.py')

/** What Python made of the first seeds, for machines without it. */
export const RECORDED: string = join(import.meta.dirname, 'rotation-oracle.recorded.json')
export const RECORDED_SEEDS: readonly number[] = Array.from({ length: 12 }, (_, index) => index + 1)

export const hasPython: boolean = spawnSync('python3', ['--version']).status === 0

/** The case of a seed: ASCII, as Python counts characters, and each line shorter than the limit. */
export function rotationCase(seed: number): RotationCase {
  const random = seededRandom(seed)
  const maxBytes = random.pick([64, 256, 1_000, 4_096, 70_000])
  const line = (): string => {
    const most = random.chance(0.1) ? maxBytes - 2 : Math.min(maxBytes - 2, 300)
    return Array.from({ length: random.int(1, most) }, () => String.fromCharCode(random.int(0x21, 0x7e))).join('')
  }
  const runs = Array.from({ length: random.int(1, 5) }, () => Array.from({ length: random.int(1, 250) }, line))
  return { maxBytes, backupCount: random.int(0, 6), runs }
}

/** The files that Python's RotatingFileHandler leaves in `directory`. */
export function runPython(directory: string, { maxBytes, backupCount, runs }: RotationCase): void {
  const input = runs.map((run) => run.join('\n')).join('\n\n')
  execFileSync('python3', [SCRIPT, join(directory, 'app.log'), String(maxBytes), String(backupCount)], { input })
}

/** Name, length and digest of each file of a directory. */
export function digests(directory: string): Record<string, string> {
  const names = readdirSync(directory).toSorted()
  return Object.fromEntries(names.map((name) => [name, digest(readFileSync(join(directory, name)))]))
}

function digest(bytes: Buffer): string {
  return `${bytes.length} ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`
}

function recorded(seed: number): Record<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'rotation-oracle-'))
  runPython(directory, rotationCase(seed))
  const files = digests(directory)
  rmSync(directory, { recursive: true })
  return files
}

// Run as a program, it records anew.
if (import.meta.main) {
  const all = Object.fromEntries(RECORDED_SEEDS.map((seed) => [seed, recorded(seed)]))
  writeFileSync(RECORDED, `${JSON.stringify(all, undefined, 2)}\n`)
}
