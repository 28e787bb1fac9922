import { seededRandom, testSeed } from '@org/testkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { getLogger, setupLogging } from '../src/index.ts'
import { LEVELS, SEVERITY, thresholdSeverity } from '../src/level.ts'
import { LevelRules } from '../src/level-rules.ts'
import { captureLines } from './captured-lines.ts'

const seed = testSeed()

describe('levels', () => {
  afterEach(async () => {
    vi.unstubAllEnvs()
    await setupLogging({ console: false }).close()
  })

  it('reach every logger and child that exists, at once', () => {
    const json = captureLines('json')
    const logging = setupLogging({ console: false, sinks: [json.sink] })
    const { debug } = getLogger('app.db')
    const loggers = [
      getLogger('app.db'),
      getLogger('app.db').child({ a: 1 }),
      getLogger('app.db').child({ a: 1 }).child({ b: 2 }),
    ]
    const written = (): number => {
      const before = json.lines.length
      for (const log of loggers) log.debug('m')
      debug('m')
      return json.lines.length - before
    }
    expect(written()).toBe(0)
    logging.setLevel('debug', 'app')
    expect(written()).toBe(4)
    logging.setLevel('silent', 'app.db')
    expect(written()).toBe(0)
    logging.setLevel('trace', '*.db')
    expect(written()).toBe(0)
    logging.setLevel('TRACE' as never, 'app.db')
    expect(written()).toBe(4)
    expect(loggers.map((log) => log.isEnabled('trace'))).toEqual([true, true, true])
    logging.setLevel('error')
    expect([getLogger('other').isEnabled('warn'), loggers[0]?.isEnabled('trace')]).toEqual([false, true])
  })

  it('follow the set-up that is in force: the next one, and after a close the default', async () => {
    const [first, second] = [captureLines('json'), captureLines('json')]
    const log = getLogger('app.http').child({ a: 1 })
    const before = setupLogging({ console: false, level: 'trace', sinks: [first.sink] })
    log.trace('one')
    const after = setupLogging({ console: false, level: 'error', sinks: [second.sink] })
    log.warn('none')
    before.setLevel('trace')
    log.warn('none')
    log.error('two')
    after.setLevel('warn', 'app')
    log.warn('three')
    expect([first, second].map(({ lines }) => lines.length)).toEqual([1, 2])
    await before.close()
    log.warn('four')
    expect(second.lines).toHaveLength(3)
    await after.close()
    expect([log.isEnabled('info'), log.isEnabled('debug')]).toEqual([true, false])
    after.setLevel('silent')
    expect(log.isEnabled('info')).toBe(true)
  })

  it('are no lower than what some sink takes, so that no disabled call gets far', () => {
    const [loud, quiet] = [captureLines('json', { level: 'error' }), captureLines('text', { level: 'fatal' })]
    setupLogging({ console: false, level: 'trace', sinks: [loud.sink, quiet.sink] })
    const log = getLogger('app')
    expect(LEVELS.filter((level) => log.isEnabled(level))).toEqual(['error', 'fatal'])
    for (const level of LEVELS) log[level](level)
    expect([loud.lines.length, quiet.lines.length]).toEqual([2, 1])
    setupLogging({ console: false, level: 'trace' })
    expect(LEVELS.filter((level) => log.isEnabled(level))).toEqual([])
  })

  it('are read from LOG_LEVEL in any case, and the options win over it', () => {
    vi.stubEnv('LOG_LEVEL', ' WARNING , app.db=Debug, app.http=CRITICAL, undici.*=silent')
    setupLogging({ console: false, levels: { 'app.db': 'error', app: 'error' }, sinks: [captureLines('json').sink] })
    const least = (name: string) => LEVELS.find((level) => getLogger(name).isEnabled(level))
    expect(['x', 'app', 'app.db', 'app.db.pool', 'app.http', 'undici.fetch', 'undici'].map(least)).toEqual([
      'warn',
      'error',
      'error',
      'error',
      'fatal',
      undefined,
      'warn',
    ])
    setupLogging({ console: false, level: 'info', sinks: [captureLines('json').sink] })
    expect(least('x')).toBe('info')
  })

  it(`are those of the rule that spells out most of a name, as a slow model has it (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const parts = ['a', 'b', 'ab', '(', '.', '*', '\\', 'x']
    const text = (most: number): string =>
      Array.from({ length: random.int(1, most) }, () => random.pick(parts)).join('')
    for (let run = 0; run < 3000; run++) {
      const rules = new LevelRules(SEVERITY.info)
      const set: { pattern: string; severity: number }[] = []
      for (let count = random.int(0, 6); count > 0; count--) {
        const isAgain = set.length > 0 && random.chance(0.3)
        const pattern = isAgain ? random.pick(set).pattern : text(3)
        const severity = thresholdSeverity('level', random.pick(LEVELS))
        rules.set(pattern, severity)
        set.push({ pattern, severity })
      }
      const name = text(5).replaceAll('*', 'b')
      expect(rules.severityFor(name), `${name} under ${JSON.stringify(set)}`).toBe(model(set, name))
    }
  })

  it('decide at once however many stars a glob has', () => {
    const rules = new LevelRules(SEVERITY.info)
    rules.set(`${'*a'.repeat(60)}*b`, SEVERITY.trace)
    expect(rules.severityFor('a'.repeat(128))).toBe(SEVERITY.info)
    expect(rules.severityFor(`${'a'.repeat(127)}b`)).toBe(SEVERITY.trace)
  })
})

/** Of the rules that match, the one with most characters; a name before a glob; then the last that was set. */
function model(set: readonly { pattern: string; severity: number }[], name: string): number {
  const last = set.filter(({ pattern }, at) => set.findLastIndex((other) => other.pattern === pattern) === at)
  const matching = last.filter(({ pattern }) =>
    pattern.includes('*') ? glob(pattern, name) : name === pattern || name.startsWith(`${pattern}.`),
  )
  const weight = (pattern: string): number => pattern.replaceAll('*', '').length + (pattern.includes('*') ? 0 : 0.5)
  const most = Math.max(...matching.map(({ pattern }) => weight(pattern)))
  return matching.findLast(({ pattern }) => weight(pattern) === most)?.severity ?? SEVERITY.info
}

function glob(pattern: string, name: string): boolean {
  if (pattern === '') return name === ''
  const rest = pattern.slice(1)
  if (pattern[0] === '*') return glob(rest, name) || (name !== '' && glob(pattern, name.slice(1)))
  return name[0] === pattern[0] && glob(rest, name.slice(1))
}
