import { byteCount, type Bytes } from './bytes.ts'
import { WITH_COLOURS, WITHOUT_COLOURS } from './encoder/console-style.ts'
import type { LineShape } from './encoder/field-encoder.ts'
import { Layout, nameTwice, type Renames } from './encoder/layout.ts'
import { type Threshold, thresholdSeverity } from './level.ts'
import { LevelRules, parseLevelWords } from './level-rules.ts'
import { assertName, assertOptions, shown } from './option-object.ts'
import { type MemberName, PLAIN, type Preset } from './presets/preset.ts'
import { type PresetName, PRESETS } from './presets/presets.ts'
import type { LogRecord } from './record.ts'
import { createRedactor, type RedactOptions } from './redact.ts'
import { BOUNDS_OPTIONS, resolveBounds, type SinkBounds } from './sinks/bounds.ts'
import { consoleSink } from './sinks/console-sink.ts'
import { fileSink, resolveRotation, ROTATION_OPTIONS, type RotationOptions } from './sinks/file-sink.ts'
import { LineSink } from './sinks/line-sink.ts'
import type { Sink } from './sinks/sink.ts'

/** Options of {@link setupLogging}; every one has a default. */
export interface LoggingOptions extends RotationOptions, SinkBounds {
  /** The least level that is written. Default: `LOG_LEVEL` of the environment, else `'info'`. */
  readonly level?: Threshold | undefined
  /**
   * Levels by logger name (its own and all below it) or glob: `{ 'app.db': 'debug', 'undici.*': 'warn' }`. They win over those
   * of `LOG_LEVEL=info,app.db=debug`, as every option wins over the environment.
   */
  readonly levels?: Readonly<Record<string, Threshold>> | undefined
  /** Where text for people goes. Default `'stdout'`; `false`: nowhere. */
  readonly console?: 'stdout' | 'stderr' | false | undefined
  /** The log file. Default: `LOG_FILE` of the environment, else none. */
  readonly file?: string | undefined
  /** Whether the file holds JSON lines, or text with the date. Default: `LOG_JSON` of the environment, else true. */
  readonly json?: boolean | undefined
  /** The shape that a log store expects of JSON lines. Default: `timestamp level logger message request_id`. */
  readonly preset?: PresetName | undefined
  /** New names for members of JSON lines: `{ timestamp: 'ts' }`. */
  readonly rename?: Renames | undefined
  /** What is hidden beside the usual secrets; `false`: nothing is hidden. */
  readonly redact?: RedactOptions | false | undefined
  /** More sinks beside console and file: objects, or functions of a record. */
  readonly sinks?: readonly (Sink | ((record: LogRecord) => void))[] | undefined
  /** A longer line is cut and says so. Default `'64kb'`, with the preset `splunk` 10 000; at least `'4kb'`. */
  readonly maxLineBytes?: Bytes | undefined
  /**
   * Whether SIGINT, SIGTERM and SIGHUP flush before the process ends. Default false: without it nothing of how a process dies is
   * changed.
   */
  readonly flushOnSignal?: boolean | undefined
}

/** The options of a set-up, validated and complete. */
export interface ResolvedLogging {
  readonly rules: LevelRules
  readonly shape: LineShape
  readonly sinks: readonly Sink[]
  readonly flushOnSignal: boolean
}

const OPTIONS: readonly string[] = [
  'level',
  'levels',
  'console',
  'file',
  'json',
  'preset',
  'rename',
  'redact',
  'sinks',
  'maxLineBytes',
  'flushOnSignal',
  ...ROTATION_OPTIONS,
  ...BOUNDS_OPTIONS,
]
const MEMBERS = Object.keys(PLAIN.names) as readonly MemberName[]
const LEAST_LINE_BYTES = 4096

/** @throws TypeError or RangeError naming the option, or the variable of the environment, and the value. */
export function resolveLogging(options: LoggingOptions, env: NodeJS.ProcessEnv): ResolvedLogging {
  assertOptions('setupLogging options', options, OPTIONS)
  const { flushOnSignal = false } = options
  assertBoolean('flushOnSignal', flushOnSignal)
  const sinks = resolveSinks(options, env)
  return { rules: resolveRules(options, env), shape: resolveShape(options, sinks), sinks, flushOnSignal }
}

function resolveRules({ level, levels = {} }: LoggingOptions, env: NodeJS.ProcessEnv): LevelRules {
  const fromEnv = parseLevelWords('LOG_LEVEL', env.LOG_LEVEL ?? '')
  const rules = new LevelRules(thresholdSeverity('level', level ?? fromEnv.level ?? 'info'))
  if (typeof levels !== 'object' || levels === null) {
    throw new TypeError(`levels must be an object, got ${shown(levels)}`)
  }
  for (const [name, threshold] of Object.entries({ ...fromEnv.levels, ...levels })) {
    assertName('a name in levels', name)
    rules.set(name, thresholdSeverity(`levels['${name}']`, threshold))
  }
  return rules
}

function resolveShape(options: LoggingOptions, sinks: readonly Sink[]): LineShape {
  const preset = resolvePreset(options.preset)
  const isColoured = sinks.some((sink) => sink instanceof LineSink && sink.hasColours)
  return {
    layout: new Layout(preset, resolveRenames(preset, options.rename)),
    redactor: createRedactor(options.redact),
    style: isColoured ? WITH_COLOURS : WITHOUT_COLOURS,
    maxLineBytes: byteCount('maxLineBytes', options.maxLineBytes ?? preset.maxLineBytes, LEAST_LINE_BYTES),
  }
}

function resolvePreset(name: unknown): Preset {
  if (name === undefined) return PLAIN
  if (typeof name === 'string' && Object.hasOwn(PRESETS, name)) return PRESETS[name as PresetName]
  throw new RangeError(`preset must be one of ${Object.keys(PRESETS).join(', ')}, got ${shown(name)}`)
}

function resolveRenames(preset: Preset, rename: Renames = {}): Renames {
  assertOptions('rename', rename, MEMBERS)
  const names = Object.entries(rename).filter(([, name]) => name !== undefined)
  for (const [member, name] of names) {
    // Names that end in _ are those that fields get where a member has their own.
    if (typeof name === 'string' && /^.{1,64}$/su.test(name) && !name.endsWith('_')) continue
    throw new RangeError(`rename.${member} must be 1 to 64 characters, the last no _, got ${shown(name)}`)
  }
  const twice = nameTwice(preset, rename)
  if (twice === undefined) return rename
  throw new RangeError(`rename must be names that no other member of the line has, got ${shown(twice)}`)
}

function resolveSinks(options: LoggingOptions, env: NodeJS.ProcessEnv): readonly Sink[] {
  const { console: stream = 'stdout', sinks = [] } = options
  const { maxBufferedBytes, exitFlushTimeout } = options
  const bounds = { maxBufferedBytes, exitFlushTimeout }
  if (stream !== false && stream !== 'stdout' && stream !== 'stderr') {
    throw new RangeError(`console must be 'stdout', 'stderr' or false, got ${shown(stream)}`)
  }
  if (!Array.isArray(sinks)) throw new TypeError(`sinks must be an array, got ${shown(sinks)}`)
  if (options.json !== undefined) assertBoolean('json', options.json)
  resolveBounds(options)
  resolveRotation(rotationOf(options))
  const file = options.file ?? (env.LOG_FILE || undefined)
  return [
    ...(stream === false ? [] : [consoleSink({ stream, ...bounds })]),
    ...(file === undefined
      ? []
      : [fileSink({ file, json: resolveJson(options.json, env), ...rotationOf(options), ...bounds })]),
    ...sinks.map((sink: unknown, at) => sinkOf(`sinks[${at}]`, sink)),
  ]
}

function rotationOf(options: LoggingOptions): RotationOptions {
  const { maxFileBytes, backupCount, gzipBackups, maxBackupAge, durability } = options
  return { maxFileBytes, backupCount, gzipBackups, maxBackupAge, durability }
}

function sinkOf(option: string, sink: unknown): Sink {
  if (typeof sink === 'function') return { write: sink as (record: LogRecord) => void }
  if (typeof (sink as Sink | null | undefined)?.write === 'function') {
    const { level } = sink as Sink
    if (level !== undefined) thresholdSeverity(`${option}.level`, level)
    return sink as Sink
  }
  throw new TypeError(`${option} must be a function or an object with write(record), got ${shown(sink)}`)
}

function resolveJson(json: boolean | undefined, env: NodeJS.ProcessEnv): boolean {
  if (json !== undefined) return json
  const word = (env.LOG_JSON ?? '').trim().toLowerCase()
  if (['', '1', 'true', 'yes', 'on'].includes(word)) return true
  if (['0', 'false', 'no', 'off'].includes(word)) return false
  throw new RangeError(`LOG_JSON must be true or false, got ${shown(env.LOG_JSON)}`)
}

function assertBoolean(option: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${option} must be a boolean, got ${shown(value)}`)
}
