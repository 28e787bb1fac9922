import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, startRedis } from '@org/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createStandIn } from '../src/stand-in/stand-in.ts'
import { askRedis } from './ask-redis.fixture.ts'
import { startChild } from './child-node.fixture.ts'
import { startNode, temporaryDirectory } from './node.fixture.ts'
import { newRecording } from './recordings.ts'

describe('the id of a request', () => {
  it('is on the response, in every line of it, in the worker too, and at the model', async () => {
    const { client, standIn, log } = await startNode({ env: { TRUST_PROXY: 'true' } })
    const [one, two] = await Promise.all([
      client.analyze(newRecording(), { headers: { 'x-request-id': 'call-1' } }),
      client.analyze(newRecording(), { headers: { 'x-request-id': 'call-2' } }),
    ])
    expect([one.headers.get('x-request-id'), one.body.requestId]).toEqual(['call-1', 'call-1'])
    expect([two.headers.get('x-request-id'), two.body.requestId]).toEqual(['call-2', 'call-2'])
    expect(standIn.seen.requestIds.toSorted()).toEqual(['call-1', 'call-2'])
    for (const id of ['call-1', 'call-2']) {
      const lines = await eventually(() => {
        const own = log().filter((line) => line['request_id'] === id)
        return own.some(({ logger }) => logger === 'http.access') && own
      })
      const messages = lines.map(({ logger, message }) => `${String(logger)} ${String(message)}`)
      expect(messages).toEqual(
        expect.arrayContaining([
          'service.analysis Recording analysed',
          'service.llm the model answered',
          'http.access POST /analyze 200',
        ]),
      )
    }
    const nobodys = log().filter((line) => line['request_id'] === undefined)
    expect(nobodys).toEqual([])
  })

  it('is made here where no proxy is trusted, also for what cannot be read', async () => {
    const { client, standIn } = await startNode()
    const { headers, body } = await client.analyze(newRecording(), { headers: { 'x-request-id': 'mine' } })
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect([headers.get('x-request-id')]).toEqual(standIn.seen.requestIds)
    expect(body.requestId).toBe(headers.get('x-request-id'))
    for (const path of ['/%zz', '/nothing']) {
      const response = await fetch(client.url + path)
      expect(((await response.json()) as { requestId: string }).requestId).toBe(response.headers.get('x-request-id'))
    }
  })
})

describe('the log', () => {
  it('holds no secret, whatever goes wrong', { timeout: 60_000 }, async () => {
    const directory = temporaryDirectory()
    const [password, statsToken] = ['redis-password-31', 'stats-token-0123456789']
    const redis = await startRedis()
    // Not at its start, which would wait for an answer that Redis then refuses.
    expect(await askRedis(redis.port, `CONFIG SET requirepass ${password}`)).toBe('+OK\r\n')
    const standIn = await createStandIn({ key: 'c2VjcmV0LWlkOnNlY3JldC1rZXk=' })
    onTestFinished(async () => {
      await redis.stop()
      await standIn.close()
    })
    const logFile = join(directory, 'service.log')
    const { client, output, kill, end } = await startChild({
      CACHE_DIR: join(directory, 'cache'),
      LOG_FILE: logFile,
      LOG_LEVEL: 'trace',
      REDIS_URL: redis.url.replace('redis://', `redis://:${password}@`),
      GIGACHAT_URL: standIn.url,
      GIGACHAT_KEY: standIn.key,
      STATS_TOKEN: statsToken,
    })
    const headers = { authorization: `Bearer ${statsToken}`, cookie: 'session=secret-cookie' }
    const analyze = async (): Promise<void> => {
      expect((await client.analyze(newRecording(), { headers, query: '?pauseSeconds=0.3' })).status).toBe(200)
    }
    await analyze()
    expect((await client.cacheStats(headers)).redis_available).toBe(true)
    const tokens = [...standIn.tokens.valid()]
    expect(tokens).not.toEqual([])
    for (const kind of ['wrongJson', 'tokenRefused', '429', 'reset', '500'] as const) {
      standIn.faults.add({ kind, times: 1 })
      await analyze()
    }
    await redis.kill()
    await analyze()
    kill('SIGTERM')
    expect(await end).toBe(0)
    const written = readFileSync(logFile, 'utf8') + output()
    expect(written).toContain('POST /analyze 200')
    const secrets = [
      password,
      statsToken,
      standIn.key,
      'secret-cookie',
      'half-a-token',
      ...tokens,
      ...standIn.tokens.valid(),
    ]
    expect(secrets.filter((secret) => written.includes(secret))).toEqual([])
  })
})
