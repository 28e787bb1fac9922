import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { RotatingFile, type RotatingFileOptions } from '../src/sinks/rotating-file.ts'

/** Options under which nothing but plain writing happens. */
export const PLAIN: Omit<RotatingFileOptions, 'path'> = {
  maxBytes: Infinity,
  backupCount: 0,
  gzipBackups: false,
  maxBackupAgeMs: Infinity,
  durability: 'turn',
  maxBufferedBytes: 1_048_576,
}

export interface Opened {
  readonly target: RotatingFile
  /** What the operator was told. */
  readonly reports: string[]
}

/** A target that is closed when the test ends; its notices read `dropped <n>`. */
export function openRotating(path: string, options: Partial<RotatingFileOptions> = {}): Opened {
  const reports: string[] = []
  const target = new RotatingFile(
    { ...PLAIN, ...options, path },
    { dropNotice: (count) => `dropped ${count}\n`, report: (message) => void reports.push(message) },
  )
  onTestFinished(() => target.close())
  return { target, reports }
}

/** A directory that is removed when the test ends. */
export function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'rotating-file-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** The log file and its backups, the oldest first, uncompressed. */
export function contentsOf(path: string): Map<string, string> {
  const names = readdirSync(dirname(path)).filter((name) => isOfLog(name, basename(path)))
  const oldestFirst = names.toSorted((a, b) => indexOf(b) - indexOf(a))
  return new Map(oldestFirst.map((name) => [name, textOf(join(dirname(path), name))]))
}

/** All lines of the log file and its backups, the oldest first, without their LF; the last may be torn. */
export function linesOf(path: string): string[] {
  const lines = [...contentsOf(path).values()].join('').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

function isOfLog(name: string, log: string): boolean {
  return name === log || (name.startsWith(`${log}.`) && /^\.\d+(\.gz)?$/.test(name.slice(log.length)))
}

function indexOf(name: string): number {
  return Number(/\.(\d+)(\.gz)?$/.exec(name)?.[1] ?? 0)
}

function textOf(path: string): string {
  const bytes = readFileSync(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
}
