import { posix } from 'node:path'
import type { ImportGraph, Mention } from './import-graph.ts'

/** A part of a package's `src`: what belongs to it and which parts it may see besides its own. */
interface Area {
  readonly name: string
  readonly files: RegExp
  readonly sees: readonly string[]
}

/**
 * Who may import whom in tiered-cache; the first that matches a file has it. Leaves, then the entry, then contracts,
 * then the core; concrete tiers stand beside the core and never see it; `cache.ts`, with its `compose.ts`, alone composes.
 */
const CACHE_AREAS: readonly Area[] = [
  {
    name: 'leaf',
    files:
      /^(arguments|clock|deadline|keep-alive|end-of-turn|random-id|duration|bytes|errors|key|option-object|standard-schema|tag)\.ts$|^policies\//,
    sees: [],
  },
  { name: 'entry', files: /^entry\.ts$/, sees: ['leaf'] },
  {
    name: 'contract',
    files: /^(tiers\/(tier|guard|bus)|codec\/codec)\.ts$/,
    sees: ['leaf', 'entry'],
  },
  { name: 'options', files: /^(freshness-)?options\.ts$/, sees: ['leaf', 'entry', 'contract'] },
  { name: 'core', files: /^(core|flight|telemetry)\//, sees: ['leaf', 'entry', 'contract', 'options'] },
  { name: 'testing', files: /^testing\//, sees: ['leaf', 'entry', 'contract'] },
  { name: 'concrete', files: /^(tiers|codec|bus|redis|disk)\//, sees: ['leaf', 'entry', 'contract'] },
  {
    name: 'cache',
    files: /^(cache(-\w+)?|compose|keyspace|setup-warnings|wrapped)\.ts$/,
    sees: ['leaf', 'entry', 'contract', 'options', 'core', 'concrete'],
  },
  { name: 'index', files: /^index\.ts$/, sees: ['leaf', 'entry', 'contract', 'options', 'core', 'concrete', 'cache'] },
]

/**
 * Who may import whom in json-logger: lines are made from values, presets and what is secret; sinks take lines and records
 * and know nothing of engines; the engine composes. The subpath /http and the command stand beside it.
 */
const LOGGER_AREAS: readonly Area[] = [
  {
    name: 'leaf',
    files:
      /^(option-object|bytes|duration|fields|level|level-rules|context|trace-context|source|bindings|own-fields|more-mark|quiet-answer|process-end)\.ts$/,
    sees: [],
  },
  { name: 'record', files: /^record\.ts$/, sees: ['leaf'] },
  { name: 'presets', files: /^presets\//, sees: ['leaf'] },
  { name: 'redact', files: /^(redact(-paths|-patterns|-ranges|-urls)?|secret-keys)\.ts$/, sees: ['leaf'] },
  { name: 'encoder', files: /^encoder\//, sees: ['leaf', 'presets', 'redact'] },
  { name: 'sinks', files: /^sinks\//, sees: ['leaf', 'record', 'presets', 'redact', 'encoder'] },
  {
    name: 'engine',
    files: /^(engine|message|record-maker|options|safe-default|runtime|signals|setup|logger)\.ts$/,
    sees: ['leaf', 'record', 'presets', 'redact', 'encoder', 'sinks'],
  },
  { name: 'http', files: /^http\//, sees: ['leaf', 'engine'] },
  { name: 'pretty', files: /^pretty\//, sees: ['leaf', 'presets', 'redact', 'encoder'] },
  { name: 'index', files: /^index\.ts$/, sees: ['leaf', 'record', 'presets', 'redact', 'encoder', 'sinks', 'engine'] },
]

const AREAS: ReadonlyMap<string, readonly Area[]> = new Map([
  ['tiered-cache', CACHE_AREAS],
  ['json-logger', LOGGER_AREAS],
])

/** The published packages: what each may import besides `node:` and its own files, and from where. */
export interface PackageRule {
  readonly package: string
  readonly allowed: readonly { readonly specifier: string; readonly from: RegExp; readonly kind?: Mention['kind'] }[]
}

// Clients that a user may bring are loaded when a tier is made: no published declaration names them.
const PEERS = ['redis', '@redis/client', 'ioredis'].map(
  (specifier) => ({ specifier, from: /^redis\//, kind: 'dynamic' }) as const,
)

/** Between packages one arrow exists: tiered-cache to breaker, from the guard and from testing. */
export const PACKAGE_RULES: readonly PackageRule[] = [
  { package: 'breaker', allowed: [] },
  { package: 'json-logger', allowed: [] },
  {
    package: 'tiered-cache',
    allowed: [
      { specifier: '@org/breaker', from: /^(tiers\/guarded-tier\.ts$|testing\/)/ },
      { specifier: '@org/breaker/testing', from: /^testing\// },
      ...PEERS,
    ],
  },
]

const DRAWERS = /(^|\/)(utils?|helpers?|types?|common|misc)(\.|\/|$)/

/** What published sources do against the rules, one sentence each. */
export function packageViolations(graph: ImportGraph): readonly string[] {
  const found = [...graph].flatMap(([file, mentions]) =>
    mentions.flatMap((each) => packageViolation(graph, file, each)),
  )
  return [...new Set(found)]
}

function packageViolation(graph: ImportGraph, file: string, mention: Mention): readonly string[] {
  const { specifier } = mention
  const [, name, inside] = /^packages\/([^/]+)\/src\/(.+)$/.exec(file) ?? []
  const rule = PACKAGE_RULES.find((each) => each.package === name)
  if (rule === undefined || inside === undefined) return [`${file} belongs to no published package`]
  if (specifier.startsWith('node:')) return []
  if (!specifier.startsWith('.')) {
    const allowed = rule.allowed.some(
      (each) => each.specifier === specifier && each.from.test(inside) && (each.kind ?? mention.kind) === mention.kind,
    )
    return allowed ? [] : [`${file} must not import ${specifier}`]
  }
  const target = resolved(file, specifier)
  if (!graph.has(target)) return [`${file} imports ${specifier}, which is no source file of the packages`]
  if (!target.startsWith(`packages/${name}/src/`)) return [`${file} reaches into another package: ${specifier}`]
  const areas = AREAS.get(rule.package)
  return areas === undefined ? [] : areaViolation(areas, file, inside, target.slice(`packages/${name}/src/`.length))
}

function areaViolation(areas: readonly Area[], file: string, from: string, to: string): readonly string[] {
  const importer = areas.find((area) => area.files.test(from))
  const imported = areas.find((area) => area.files.test(to))
  if (importer === undefined) return [`${file} is in no area: give it a place in AREAS`]
  if (imported === undefined) return [`${to} is in no area: give it a place in AREAS`]
  if (importer === imported || importer.sees.includes(imported.name)) return []
  return [`${file} (${importer.name}) must not import ${to} (${imported.name})`]
}

/** Each cycle once, as the files along it; an import of types counts. */
export function cycles(graph: ImportGraph): readonly string[] {
  const state = new Map<string, 'open' | 'done'>()
  const path: string[] = []
  const found: string[] = []
  const visit = (file: string): void => {
    state.set(file, 'open')
    path.push(file)
    for (const { specifier } of graph.get(file) ?? []) {
      const next = resolved(file, specifier)
      if (state.get(next) === 'open') found.push([...path.slice(path.indexOf(next)), next].join(' -> '))
      else if (state.get(next) === undefined && graph.has(next)) visit(next)
    }
    path.pop()
    state.set(file, 'done')
  }
  for (const file of graph.keys()) if (!state.has(file)) visit(file)
  return found
}

/** What examples and the bench import that is no public entry point and no file of their own. */
export function entryPointViolations(graph: ImportGraph, entryPoints: ReadonlySet<string>): readonly string[] {
  return [...graph].flatMap(([file, mentions]) =>
    mentions
      .filter(({ specifier }) => !isAllowedOutside(file, specifier, entryPoints))
      .map(({ specifier }) => `${file} imports ${specifier}, which is no public entry point`),
  )
}

function isAllowedOutside(file: string, specifier: string, entryPoints: ReadonlySet<string>): boolean {
  if (specifier.startsWith('@org/')) return entryPoints.has(specifier)
  if (!specifier.startsWith('.')) return true
  const [project] = /^(examples\/[^/]+|bench)\//.exec(file) ?? ['']
  const target = resolved(file, specifier)
  // The bench of an example measures and reports as all benches do.
  if (/^examples\/[^/]+\/bench\//.test(file) && target.startsWith('bench/src/')) return true
  return target.startsWith(project)
}

/** Files named after no concept: drawers that fill up. */
export function drawers(files: readonly string[]): readonly string[] {
  return files.filter((file) => DRAWERS.test(file.replace(/^(packages|examples)\//, '')))
}

function resolved(file: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier
}
