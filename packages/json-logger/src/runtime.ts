import type { Bindings } from './bindings.ts'
import type { Engine } from './engine.ts'
import type { Severity } from './level.ts'
import type { LevelRules } from './level-rules.ts'
import { atProcessEnd, isProcessEnding } from './process-end.ts'
import { defaultRules, makeDefaultEngine } from './safe-default.ts'
import { ignoreSignals } from './signals.ts'
import { type Source, Sources } from './source.ts'

/** What takes the lines now: an engine and the rules of its levels. */
interface Installed {
  readonly engine: Engine
  readonly rules: LevelRules
}

let installed: Installed | undefined
let fallback: Installed | undefined

const sources = new Sources(thresholdOf)

/** The source of a name: felt by it is whatever is installed. */
export function sourceNamed(name: string): Source {
  return sources.named(name)
}

/** Hands a call to what is installed. */
export function writeLine(
  source: Source,
  bindings: Bindings | undefined,
  severity: Severity,
  message: unknown,
  fields: unknown,
): void {
  const { engine } = installed ?? safeDefault()
  engine.write(source, bindings, severity, message, fields)
  // In an 'exit' listener that runs after ours: no turn of the loop comes to write the line.
  if (isProcessEnding()) engine.flushSync()
}

/** Puts an engine in the place of the one before, which is answered; without one, lines go to stderr. */
export function install(next: Installed | undefined): Engine | undefined {
  const before = installed?.engine
  // Whether signals flush is for the next to say.
  ignoreSignals()
  atProcessEnd(flushSync)
  installed = next
  refreshLevels()
  return before
}

/** The engine that `setupLogging` has installed. */
export function installedEngine(): Engine | undefined {
  return installed?.engine
}

/** Has every logger look its level up again. */
export function refreshLevels(): void {
  sources.follow(thresholdOf)
}

function thresholdOf(name: string): number {
  if (installed === undefined) return defaultRules().severityFor(name)
  return Math.max(installed.rules.severityFor(name), installed.engine.leastSeverity)
}

function safeDefault(): Installed {
  fallback ??= { engine: makeDefaultEngine(), rules: defaultRules() }
  atProcessEnd(flushSync)
  return fallback
}

function flushSync(): void {
  fallback?.engine.flushSync()
  installed?.engine.flushSync()
}
