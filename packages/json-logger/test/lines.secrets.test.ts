import { afterEach, describe, expect, it } from 'vitest'
import { getLogger, type LogRecord, setupLogging, withContext, withRequestId } from '../src/index.ts'
import { captureLines } from './captured-lines.ts'

const BY_KEY = 'KEY0SECRET'
const BY_PATH = 'PATH0SECRET'
const IN_URL = 'URL0SECRET'
const BY_PATTERN = 'sk_0123456789abcdef'

describe('a secret', () => {
  afterEach(() => setupLogging({ console: false }).close())

  for (const preset of [undefined, 'ecs', 'gcp', 'datadog', 'splunk', 'otel'] as const) {
    it(`reaches no sink, wherever it is planted (${preset ?? 'no preset'})`, () => {
      const [json, text] = [captureLines('json'), captureLines('text')]
      const records: LogRecord[] = []
      setupLogging({
        console: false,
        preset,
        redact: { paths: ['user.card', 'error.message', 'list[0]', 'top'], patterns: [/sk_[0-9a-f]{16}/] },
        sinks: [json.sink, text.sink, (record) => void records.push(record)],
      })
      const planted = freeze({
        password: BY_KEY,
        deep: { authorization: BY_KEY, list: [{ cookie: BY_KEY }], text: `a ${BY_PATTERN} b` },
        user: { card: BY_PATH },
        list: [BY_PATH],
        top: BY_PATH,
        [`name ${BY_PATTERN}`]: 1,
      })
      const failure = Object.assign(new Error(`wrong: ${BY_PATH}`, { cause: new Error(BY_PATTERN) }), { token: BY_KEY })
      const log = getLogger(`app.${BY_PATTERN}`).child(planted)
      withRequestId(`id-${BY_PATTERN}`, () =>
        withContext(planted, () => {
          log.info(`message ${BY_PATTERN}`, planted)
          log.info(
            () => `message ${BY_PATTERN}`,
            () => planted,
          )
          log.error(failure, planted)
          log.error('m', { error: failure })
          log.child({ error: failure }).error('m', new Map([['password', BY_KEY]]))
          log.info({ password: BY_KEY, at: BY_PATTERN } as never)
          log.info('m', [{ password: BY_KEY }, BY_PATTERN] as never)
          log.info('m', new URL(`https://u:${BY_KEY}@host/?token=${BY_KEY}`))
          const url = `https://u:${IN_URL}@host/a?token=${IN_URL}&a=1`
          log.info(`at ${url}`, { url, deep: [{ url, [url]: 1 }], [url]: 1, login: `/login?token=${IN_URL}` })
          log.error(new TypeError(`Invalid URL ${url}`, { cause: url }), new Map([[url, url]]))
          log.info(() => ({ url }) as never, new URL(url))
          log.info('x'.repeat(65_400) + BY_PATTERN, { a: `${'y'.repeat(65_530)}${BY_PATTERN}` })
        }),
      )
      const all = [...json.lines, ...text.lines, ...records.map((record) => JSON.stringify(record))]
      expect(all).toHaveLength(36)
      for (const secret of [BY_KEY, BY_PATH, IN_URL, BY_PATTERN, BY_PATTERN.slice(0, 12)]) {
        expect(all.filter((each) => each.includes(secret))).toEqual([])
      }
      for (const line of all.filter((each) => !each.includes('xxx'))) expect(line).toContain('[redacted]')
    })
  }
})

/** Frozen all through: writing to it would throw. */
function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freeze(inner as object)
  return Object.freeze(value)
}
