import { join } from 'node:path'
import { eventually, type RedisServer, startProxy, startRedis } from '@org/testkit'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { createStandIn, type StandIn } from '../src/stand-in/stand-in.ts'
import type { Client } from './client.ts'
import { type ServiceNode, startNode, temporaryDirectory } from './node.fixture.ts'
import { newRecording } from './recordings.ts'

const COMPUTED = 'analysis; fwd=miss; stored'
const COLLAPSED = 'analysis; fwd=miss; collapsed'

describe('an analysis that an operator has forgotten', () => {
  it('is computed again by one of the nodes that are asked for it', async () => {
    const { standIn, one, other } = await twoNodes(inject('redisUrl'))
    const recording = newRecording()
    const { sha256 } = (await one.client.analyze(recording)).body
    await other.client.analyze(recording)
    for (const { client } of [one, other]) expect((await client.analyze(recording)).body.source).toBe('memory')
    expect(standIn.seen.chat).toBe(1)

    expect(await other.client.forget(sha256)).toMatchObject({ status: 204, body: undefined })
    await eventually(() => isEmpty(one.client))
    standIn.faults.add({ kind: 'slow', ms: 500, times: 1 })
    const answers = await Promise.all([one, other].map(({ client }) => client.analyze(recording)))
    expect(new Set(answers.map(({ headers }) => headers.get('cache-status')))).toEqual(new Set([COLLAPSED, COMPUTED]))
    expect(answers[0]?.body.feedback).toEqual(answers[1]?.body.feedback)
    expect(standIn.seen.chat).toBe(2)
    for (const { client } of [one, other]) expect((await client.analyze(recording)).body.source).toBe('memory')
  })

  it('is kept nowhere where it was being computed', async () => {
    const { standIn, one, other } = await twoNodes(inject('redisUrl'))
    const recording = newRecording()
    const { sha256 } = (await one.client.analyze(recording)).body
    expect((await one.client.forget(sha256)).status).toBe(204)
    standIn.faults.add({ kind: 'slow', ms: 1_000, times: 1 })
    const underWay = one.client.analyze(recording)
    await eventually(() => standIn.seen.chat === 2)
    expect((await other.client.forget(sha256)).status).toBe(204)
    expect((await underWay).status).toBe(200)
    await eventually(() => isEmpty(one.client))
    expect((await other.client.analyze(recording)).headers.get('cache-status')).toBe(COMPUTED)
    expect(standIn.seen.chat).toBe(3)
  })

  it('comes from no disk of a node that was not there', { timeout: 60_000 }, async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    const directory = join(temporaryDirectory(), 'cache')
    const { standIn, one, other } = await twoNodes(redis.url, redis.url, { CACHE_DIR: directory })
    const [forgotten, kept] = [newRecording(), newRecording()]
    const { sha256 } = (await one.client.analyze(forgotten)).body
    await one.client.analyze(kept)
    // The third is where the node is on the bus.
    await eventually(async () => (await one.client.cacheStats()).stats.tiers['disk']?.entries === 3)
    await one.close()
    expect((await other.client.forget(sha256)).status).toBe(204)

    const again = await startNode({ env: { REDIS_URL: redis.url, CACHE_DIR: directory }, standIn })
    expect((await again.client.analyze(forgotten)).body.source).toBe('computed')
    await redis.kill()
    expect((await again.client.analyze(kept)).body.source).toBe('disk')
  })

  it('is the one with the options that were named, and the log says which, under the id of the request', async () => {
    const { client, log } = await startNode()
    const recording = newRecording()
    const sourceOf = async (query: string) => (await client.analyze(recording, { query })).body.source
    const { sha256 } = (await client.analyze(recording)).body
    expect(await sourceOf('?pauseSeconds=1')).toBe('computed')

    const { status, headers } = await client.forget(sha256.toUpperCase(), '?pauseSeconds=1.0')
    expect(status).toBe(204)
    expect([await sourceOf(''), await sourceOf('?pauseSeconds=1')]).toEqual(['memory', 'computed'])
    const fields = { sha256, pauseSeconds: 1, reached: true, request_id: headers.get('x-request-id') }
    await eventually(() => {
      expect(log().filter(({ message }) => message === 'Analysis forgotten')).toMatchObject([fields])
    })
  })

  it('may be one that nobody knows', async () => {
    const { client } = await startNode()
    expect((await client.forget('0'.repeat(64))).status).toBe(204)
  })

  it.each([
    ['less than a hash', 400, 'ERR_SHA256', 'abc', ''],
    ['more than a hash', 400, 'ERR_SHA256', '0'.repeat(65), ''],
    ['what is no hex', 400, 'ERR_SHA256', 'g'.repeat(64), ''],
    ['a wrong option', 400, 'ERR_OPTION', '0'.repeat(64), '?pauseSeconds=99'],
    ['no hash', 400, 'ERR_SHA256', '', ''],
  ])('cannot be %s', async (_, status, code, sha256, query) => {
    const { client } = await startNode()
    const answer = await client.forget(sha256, query)
    expect(answer).toMatchObject({ status, body: { error: { code } } })
    expect(answer.body?.requestId).toBe(answer.headers.get('x-request-id'))
  })

  it('is not one of a node that stops: it could not send again what Redis has not taken', async () => {
    const { client, standIn, close } = await startNode()
    standIn.faults.add({ kind: 'slow', ms: 1_000, times: 1 })
    const underWay = client.analyze(newRecording())
    await eventually(() => standIn.seen.chat === 1)
    const end = close()
    const { status, headers, body } = await client.forget('0'.repeat(64))
    expect([status, body?.error.code, headers.get('retry-after')]).toEqual([503, 'ERR_BUSY', '5'])
    expect((await underWay).status).toBe(200)
    await end
  })

  it.each<[string, (redis: RedisServer) => Promise<Outage>]>([
    ['Redis is away', async (redis) => ({ url: redis.url, begin: () => redis.kill(), end: () => redis.restart() })],
    [
      'one node is cut off',
      async (redis) => {
        const proxy = await startProxy(redis.port)
        onTestFinished(() => proxy.close())
        return { url: proxy.url, begin: () => proxy.cut(), end: () => proxy.pass() }
      },
    ],
  ])('while %s is so at once on its node, and on the others when Redis is back', { timeout: 60_000 }, async (_, of) => {
    // What it holds outlives it: that it is gone later is not because all is.
    const redis = await startRedis({ args: ['--appendonly', 'yes'] })
    onTestFinished(() => redis.stop())
    const outage = await of(redis)
    const { standIn, one, other } = await twoNodes(outage.url, redis.url)
    const recording = newRecording()
    const { sha256 } = (await other.client.analyze(recording)).body
    await one.client.analyze(recording)

    await outage.begin()
    const answer = await one.client.forget(sha256)
    expect(answer).toMatchObject({ status: 202, body: { sha256, reached: false } })
    expect(answer.body?.requestId).toBe(answer.headers.get('x-request-id'))
    expect((await one.client.cacheStats()).stats.tiers['redis']?.pending).toBe(1)
    expect((await one.client.analyze(recording)).body.source).toBe('computed')
    expect((await other.client.analyze(recording)).body.source).toBe('memory')
    expect(standIn.seen.chat).toBe(2)

    await outage.end()
    await eventually(() => isEmpty(other.client), { within: 20_000 })
    expect((await one.client.cacheStats()).stats.tiers['redis']?.pending).toBe(0)
    expect((await other.client.analyze(recording)).body.source).toBe('computed')
    expect((await one.client.analyze(recording)).body.source).toBe('memory')
    expect(standIn.seen.chat).toBe(3)
  })
})

interface Outage {
  /** Where the node that it befalls finds Redis. */
  readonly url: string
  begin(): Promise<void>
  end(): Promise<void>
}

/** Two nodes with one model, whose questions are the analyses that both have computed. */
async function twoNodes(
  oneUrl: string,
  otherUrl = oneUrl,
  oneEnv: Readonly<Record<string, string>> = {},
): Promise<{ readonly standIn: StandIn; readonly one: ServiceNode; readonly other: ServiceNode }> {
  const standIn = await createStandIn()
  onTestFinished(() => standIn.close())
  const one = await startNode({ env: { ...oneEnv, REDIS_URL: oneUrl }, standIn })
  const other = await startNode({ env: { REDIS_URL: otherUrl }, standIn })
  return { standIn, one, other }
}

async function isEmpty(client: Client): Promise<boolean> {
  return (await client.cacheStats()).memory_size === 0
}
