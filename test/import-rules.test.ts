import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesBelow, type ImportGraph, mentionsIn, readImportGraph } from './import-graph.ts'
import { cycles, drawers, entryPointViolations, PACKAGE_RULES, packageViolations } from './import-rules.ts'

const ROOT = join(import.meta.dirname, '..')
const SOURCE = /\.(ts|mts|mjs|js)$/
const PUBLISHED = PACKAGE_RULES.flatMap((rule) => filesBelow(ROOT, `packages/${rule.package}/src`, SOURCE)).filter(
  (file) => !/\.(test|fixture)\.ts$/.test(file),
)
const OUTSIDE = ['examples', 'bench']
  .filter((folder) => existsSync(join(ROOT, folder)))
  .flatMap((folder) => filesBelow(ROOT, folder, SOURCE))

describe('the import rules', () => {
  it('hold for every published source file', () => {
    expect(PUBLISHED.length).toBeGreaterThan(20)
    expect(packageViolations(readImportGraph(ROOT, PUBLISHED))).toEqual([])
  })

  it('leave no cycle, imports of types counted', () => {
    expect(cycles(readImportGraph(ROOT, PUBLISHED))).toEqual([])
  })

  it('let examples and the bench import public entry points alone', () => {
    // The bench starts its Redis as the tests do; neither is an example to copy from.
    const [bound, free] = [OUTSIDE.filter(isCopied), OUTSIDE.filter((file) => !isCopied(file))]
    expect(entryPointViolations(readImportGraph(ROOT, bound), entryPoints())).toEqual([])
    expect(entryPointViolations(readImportGraph(ROOT, free), entryPoints().add('@org/testkit'))).toEqual([])
  })

  it('cover every package that is published', () => {
    const published = readdirSync(join(ROOT, 'packages')).filter((name) => manifest(name)['private'] !== true)
    expect(PACKAGE_RULES.map((rule) => rule.package).toSorted()).toEqual(published.toSorted())
  })

  it('leave no file that is named after no concept', () => {
    const everywhere = ['packages', 'test', 'scripts', 'bench', 'examples'].filter((each) =>
      existsSync(join(ROOT, each)),
    )
    expect(drawers(everywhere.flatMap((folder) => filesBelow(ROOT, folder, /./)))).toEqual([])
  })
})

describe('packageViolations', () => {
  const SRC = 'packages/tiered-cache/src'

  it.each([
    ['clock.ts', './entry.ts', 'entry.ts'],
    ['policies/lru.ts', '../entry.ts', 'entry.ts'],
    ['entry.ts', './tiers/tier.ts', 'tiers/tier.ts'],
    ['bus/bus.ts', '../core/lookup.ts', 'core/lookup.ts'],
    ['codec/codec.ts', './structured.ts', 'codec/structured.ts'],
    ['options.ts', './tiers/memory-tier.ts', 'tiers/memory-tier.ts'],
    ['core/lookup.ts', '../tiers/memory-tier.ts', 'tiers/memory-tier.ts'],
    ['core/lookup.ts', '../cache.ts', 'cache.ts'],
    ['flight/single-flight.ts', '../redis/redis-tier.ts', 'redis/redis-tier.ts'],
    ['telemetry/stats.ts', '../index.ts', 'index.ts'],
    ['tiers/keyv-tier.ts', '../core/lookup.ts', 'core/lookup.ts'],
    ['redis/redis-bus.ts', '../telemetry/stats.ts', 'telemetry/stats.ts'],
    ['disk/disk-tier.ts', '../flight/single-flight.ts', 'flight/single-flight.ts'],
    ['testing/chaos-tier.ts', '../core/lookup.ts', 'core/lookup.ts'],
    ['testing/chaos-tier.ts', '../tiers/memory-tier.ts', 'tiers/memory-tier.ts'],
    ['cache.ts', './testing/index.ts', 'testing/index.ts'],
    ['drawer/thing.ts', '../clock.ts', 'clock.ts'],
    ['clock.ts', '../../breaker/src/clock.ts', '../../breaker/src/clock.ts'],
    ['clock.ts', './missing.ts', 'another.ts'],
    ['clock.ts', './duration', 'duration.ts'],
  ])('reports %s that imports %s', (from, specifier, to) => {
    expect(packageViolations(graphOf(SRC, from, specifier, to))).toHaveLength(1)
  })

  it.each([
    ['core/lookup.ts', '@org/breaker'],
    ['tiers/memory-tier.ts', '@org/breaker'],
    ['tiers/guarded-tier.ts', '@org/breaker/testing'],
    ['tiers/guarded-tier.ts', '@org/json-logger'],
    ['tiers/keyv-tier.ts', 'keyv'],
    ['redis/client.ts', 'redis'],
    ['testing/tier-conformance.ts', 'vitest'],
    ['testing/tier-conformance.ts', '@org/testkit'],
    ['clock.ts', 'fs'],
  ])('reports %s that imports the package %s', (from, specifier) => {
    expect(packageViolations(graphOf(SRC, from, specifier))).toEqual([`${SRC}/${from} must not import ${specifier}`])
  })

  it.each([
    ['core/lookup.ts', '../flight/lease.ts', 'flight/lease.ts'],
    ['core/lookup.ts', '../telemetry/events.ts', 'telemetry/events.ts'],
    ['disk/disk-tier.ts', '../codec/structured.ts', 'codec/structured.ts'],
    ['cache.ts', './tiers/memory-tier.ts', 'tiers/memory-tier.ts'],
    ['tiers/memory-tier.ts', '../policies/sieve.ts', 'policies/sieve.ts'],
    ['tiers/guarded-tier.ts', '@org/breaker', ''],
    ['testing/tier-conformance.ts', '@org/breaker/testing', ''],
    ['disk/segment.ts', 'node:fs/promises', ''],
  ])('lets %s import %s', (from, specifier, to) => {
    expect(packageViolations(graphOf(SRC, from, specifier, to))).toEqual([])
  })

  it.each([
    ['level.ts', './source.ts', 0],
    ['encoder/value.ts', '../redact.ts', 0],
    ['sinks/line-sink.ts', '../encoder/line-encoder.ts', 0],
    ['http/access-line.ts', '../logger.ts', 0],
    ['context.ts', './encoder/part.ts', 1],
    ['presets/ecs.ts', '../encoder/quote.ts', 1],
    ['encoder/value.ts', '../sinks/sink.ts', 1],
    ['sinks/line-sink.ts', '../engine.ts', 1],
    ['engine.ts', './http/index.ts', 1],
    ['pretty/main.ts', '../sinks/console-sink.ts', 1],
    ['index.ts', './pretty/main.ts', 1],
  ])('json-logger: %s that imports %s has %i violations', (from, specifier, count) => {
    const to = posix.join(posix.dirname(from), specifier)
    expect(packageViolations(graphOf('packages/json-logger/src', from, specifier, to))).toHaveLength(count)
  })

  it('lets a Redis client of the user be loaded when it is needed, and its types not at all', () => {
    const file = `${SRC}/redis/client.ts`
    const graph = (source: string): ImportGraph => new Map([[file, mentionsIn(file, source)]])
    expect(packageViolations(graph("const redis = await import('redis')"))).toEqual([])
    expect(packageViolations(graph("let client: import('redis').Client"))).toHaveLength(1)
  })

  it('reports breaker and json-logger that import another package', () => {
    for (const name of ['breaker', 'json-logger']) {
      expect(packageViolations(graphOf(`packages/${name}/src`, 'index.ts', '@org/tiered-cache'))).toHaveLength(1)
    }
  })
})

describe('cycles', () => {
  it('reports a cycle over several files once', () => {
    const graph = new Map([
      ['a/one.ts', [{ specifier: '../b/two.ts', kind: 'static' }]],
      ['b/two.ts', [{ specifier: './three.ts', kind: 'static' }]],
      ['b/three.ts', [{ specifier: '../a/one.ts', kind: 'dynamic' }]],
      ['four.ts', [{ specifier: './a/one.ts', kind: 'static' }]],
    ] as const)
    expect(cycles(graph)).toEqual(['a/one.ts -> b/two.ts -> b/three.ts -> a/one.ts'])
  })

  it('reports nothing where two ways lead to one file', () => {
    const graph = new Map([
      [
        'one.ts',
        [
          { specifier: './two.ts', kind: 'static' },
          { specifier: './three.ts', kind: 'static' },
        ],
      ],
      ['two.ts', [{ specifier: './three.ts', kind: 'static' }]],
      ['three.ts', []],
    ] as const)
    expect(cycles(graph)).toEqual([])
  })
})

describe('mentionsIn', () => {
  it.each([
    ["import { a } from './a.ts'", './a.ts'],
    ["import type { A } from './a.ts'", './a.ts'],
    ["import './a.ts'", './a.ts'],
    ["export { a } from './a.ts'", './a.ts'],
    ["export type { A } from './a.ts'", './a.ts'],
    ["export * from './a.ts'", './a.ts'],
    ["const a = await import('./a.ts')", './a.ts'],
    ["let a: import('./a.ts').A", './a.ts'],
    ["import a = require('./a.ts')", './a.ts'],
    ['const a = await import(name)', '<computed>'],
  ])('finds what %s mentions', (source, specifier) => {
    expect(mentionsIn('x.ts', source).map((mention) => mention.specifier)).toEqual([specifier])
  })

  it('finds nothing in comments, strings and local exports', () => {
    const source = "// import './a.ts'\nconst text = \"from './b.ts'\"\nexport { text }\nexport const b = 1"
    expect(mentionsIn('x.ts', source)).toEqual([])
  })
})

describe('entryPointViolations', () => {
  it('reports sources of a package and files of another project', () => {
    const bad = [
      '@org/tiered-cache/src/cache.ts',
      '@org/nothing',
      '../../packages/breaker/src/index.ts',
      '../../examples/a.ts',
    ]
    const good = ['@org/tiered-cache', '@org/tiered-cache/testing', 'node:fs', 'express', './chart.ts', '../test/x.ts']
    const mentions = [...bad, ...good].map((specifier) => ({ specifier, kind: 'static' as const }))
    expect(entryPointViolations(new Map([['bench/src/main.ts', mentions]]), entryPoints())).toHaveLength(bad.length)
  })
})

describe('drawers', () => {
  it('reports files and folders named after no concept, and no others', () => {
    const bad = ['packages/a/src/utils.ts', 'test/helper.ts', 'packages/a/src/common/a.ts', 'packages/a/src/types.d.ts']
    const good = ['packages/a/src/type-table.ts', 'packages/a/src/commonality.ts', 'packages/types-of-wine/src/wine.ts']
    expect(drawers([...bad, ...good])).toEqual(bad)
  })
})

function graphOf(src: string, from: string, specifier: string, to = ''): ImportGraph {
  const graph = new Map([[`${src}/${from}`, [{ specifier, kind: 'static' as const }]]])
  return to === '' ? graph : graph.set(`${src}/${to}`.replace(/[^/]+\/src\/\.\.\/\.\.\//, ''), [])
}

/** Sources of examples, that users copy; not their tests. */
function isCopied(file: string): boolean {
  return file.startsWith('examples/') && !/\/(test|bench)\/|\.(test|fixture)\.ts$/.test(file)
}

function entryPoints(): Set<string> {
  const names = PACKAGE_RULES.flatMap((rule) => {
    const { name, exports } = manifest(rule.package) as { name: string; exports: object }
    return Object.keys(exports).map((path) => `${name}${path.slice(1)}`)
  })
  return new Set(names)
}

function manifest(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8')) as Record<string, unknown>
}
