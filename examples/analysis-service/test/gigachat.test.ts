import { BreakerOpenError, pipeline } from '@org/breaker'
import { ManualClock } from '@org/breaker/testing'
import { getLogger, withRequestId } from '@org/json-logger'
import { eventually } from '@org/testkit'
import { Agent, type Dispatcher } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import { FIGURES } from '../src/feedback/figures.fixture.ts'
import { createGigaChat, type GigaChatOptions } from '../src/feedback/gigachat-client.ts'
import { promptFor } from '../src/feedback/prompt.ts'
import { createStandIn } from '../src/stand-in/stand-in.ts'
import { type LlmSide, type LlmSideOptions, startLlmSide } from './llm-side.fixture.ts'

const QUESTION = promptFor(FIGURES)

let side: LlmSide
afterEach(() => side.close())

async function start(options?: LlmSideOptions): Promise<LlmSide> {
  side = await startLlmSide(options)
  return side
}

describe('the client of GigaChat', () => {
  it('answers what the model says', async () => {
    const { llm, standIn } = await start()
    const text = await llm.complete(QUESTION)
    expect(text).toContain('231 syllables per minute')
    expect(await llm.complete(QUESTION)).toBe(text)
    expect(standIn.seen).toMatchObject({ oauth: 1, chat: 2 })
  })

  it('asks for one token for 50 first calls at once, over no more connections than the pool has', async () => {
    const { llm, standIn } = await start()
    await Promise.all(Array.from({ length: 50 }, () => llm.complete(QUESTION)))
    expect(standIn.seen).toMatchObject({ oauth: 1, chat: 50 })
    expect(standIn.seen.sockets).toBeLessThanOrEqual(16)
  })

  it('uses its connections again', async () => {
    const { llm, standIn } = await start()
    for (let call = 0; call < 20; call++) await llm.complete(QUESTION)
    // One is free a moment after its answer, which a second may use.
    expect(standIn.seen.sockets).toBeLessThanOrEqual(2)
  })

  it('keeps its connections over refusals', async () => {
    const { llm, standIn, breaker } = await start({ limits: { retry: undefined } })
    standIn.faults.add({ kind: '429' })
    for (let call = 0; call < 20; call++) {
      await expect(llm.complete(QUESTION)).rejects.toMatchObject({ status: 429 })
      breaker.reset()
    }
    expect(standIn.seen.sockets).toBeLessThanOrEqual(2)
  })

  it('loses no connection to long pages of errors', async () => {
    const { llm, standIn, breaker } = await start({ limits: { retry: undefined } })
    standIn.faults.add({ kind: '500' })
    for (let call = 0; call < 40; call++) {
      await expect(llm.complete(QUESTION)).rejects.toMatchObject({ status: 500 })
      breaker.reset()
    }
    standIn.faults.clear()
    expect(await llm.complete(QUESTION)).toContain('12.3 s')
  })

  it('renews the token a minute before its expiry', async () => {
    const clock = new ManualClock()
    const { llm, standIn } = await start({ clock })
    await llm.complete(QUESTION)
    await clock.advance('28.9m')
    await llm.complete(QUESTION)
    expect(standIn.seen.oauth).toBe(1)
    await clock.advance('0.2m')
    await Promise.all([llm.complete(QUESTION), llm.complete(QUESTION)])
    expect(standIn.seen).toMatchObject({ oauth: 2, chat: 4 })
  })

  it('replaces a token that is refused, within the attempt and once for all', async () => {
    const { llm, standIn, guard } = await start()
    await llm.complete(QUESTION)
    for (const token of standIn.tokens.valid()) standIn.tokens.revoke(token)
    await Promise.all(Array.from({ length: 10 }, () => llm.complete(QUESTION)))
    expect(standIn.seen).toMatchObject({ oauth: 2, chat: 21 })
    expect(guard.stats().attempts).toBe(11)
  })

  it('tries a refused token once again, no more', async () => {
    const { llm, standIn, breaker } = await start()
    standIn.faults.add({ kind: 'tokenRefused', on: 'chat' })
    await expect(llm.complete(QUESTION)).rejects.toMatchObject({ status: 401 })
    expect(standIn.seen).toMatchObject({ oauth: 2, chat: 2 })
    expect(breaker.stats().failures).toBe(1)
  })

  it('does not ask the model with a key that is refused, and keeps no such refusal', async () => {
    const { llm, standIn } = await start()
    standIn.faults.add({ kind: 'tokenRefused', times: 1 })
    const error = { status: 401, message: 'GigaChat answered 401 to /api/v2/oauth' }
    await expect(llm.complete(QUESTION)).rejects.toMatchObject(error)
    expect(standIn.seen).toMatchObject({ oauth: 1, chat: 0 })
    await llm.complete(QUESTION)
    expect(standIn.seen).toMatchObject({ oauth: 2, chat: 1 })
  })

  it('waits as long as a Retry-After says', async () => {
    const clock = new ManualClock()
    const { llm, standIn, guard } = await start({ clock })
    standIn.faults.add({ kind: '429', retryAfterSeconds: 5, times: 1 })
    const answer = llm.complete(QUESTION)
    await eventually(() => guard.stats().breaker?.failures === 1)
    await clock.advance('4.9s')
    expect(guard.stats().attempts).toBe(1)
    await clock.advance('0.7s') // up to a tenth more, so that not all clients come at once
    expect(guard.stats().attempts).toBe(2)
    expect(await answer).toContain('12.3 s')
    expect(standIn.seen.chat).toBe(2)
  })

  it('gives up at once where a Retry-After goes beyond the time of a call', async () => {
    const { llm, standIn } = await start()
    standIn.faults.add({ kind: '429', retryAfterSeconds: 60 })
    await expect(llm.complete(QUESTION)).rejects.toMatchObject({ attempts: 1, cause: { status: 429 } })
    expect(standIn.seen.chat).toBe(1)
  })

  it('opens its breaker after 5 failures, asks no more for 60 s, and closes it when the model is back', async () => {
    const clock = new ManualClock()
    const { llm, standIn, breaker, records } = await start({ clock, limits: { retry: undefined } })
    standIn.faults.add({ kind: '500' })
    for (let call = 0; call < 5; call++) await expect(llm.complete(QUESTION)).rejects.toMatchObject({ status: 500 })
    await clock.advance('59s')
    await expect(llm.complete(QUESTION)).rejects.toThrow(BreakerOpenError)
    expect(standIn.seen.chat).toBe(5)

    standIn.faults.clear()
    await clock.advance('1s')
    await llm.complete(QUESTION)
    expect([breaker.state, standIn.seen.chat]).toEqual(['closed', 6])
    const changes = records.filter(({ message }) => message.includes('breaker'))
    expect(changes.map(({ level, message }) => [level, message])).toEqual([
      ['error', 'the breaker opened'],
      ['warn', 'the breaker lets a probe through'],
      ['info', 'the breaker closed'],
    ])
    expect(changes[0]?.fields).toMatchObject({ breaker: 'gigachat', retryAfterMs: 60_000 })
    expect(changes[0]?.fields['cause']).toContain('GigaChat answered 500')
  })

  it('opens its breaker again when the probe fails', async () => {
    const clock = new ManualClock()
    const { llm, standIn, breaker } = await start({ clock, limits: { retry: undefined } })
    standIn.faults.add({ kind: 'reset' })
    for (let call = 0; call < 5; call++)
      await expect(llm.complete(QUESTION)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await clock.advance('60s')
    await expect(llm.complete(QUESTION)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect([breaker.state, standIn.seen.chat]).toEqual(['open', 6])
  })

  it('sends the id of the request on', async () => {
    const { llm, standIn } = await start()
    await Promise.all([
      withRequestId('request-1', () => llm.complete(QUESTION)),
      withRequestId('request-2', () => llm.complete(QUESTION)),
    ])
    expect(standIn.seen.requestIds.toSorted()).toEqual(['request-1', 'request-2'])
  })

  it('keeps the id of the request in its lines', async () => {
    const { llm, records } = await start()
    await withRequestId('request-1', () => llm.complete(QUESTION))
    expect(records.map(({ message, requestId }) => [message, requestId])).toEqual([
      ['the token of the model is renewed', 'request-1'],
      ['the model answered', 'request-1'],
    ])
  })

  it('takes its own wrong questions for no failures of the model', async () => {
    const { llm, breaker, guard } = await start()
    for (let call = 0; call < 6; call++) await expect(llm.complete([])).rejects.toMatchObject({ status: 422 })
    expect(breaker.stats()).toMatchObject({ state: 'closed', failures: 0, successes: 6 })
    expect(guard.stats().attempts).toBe(6)
  })

  it('asks for tokens where it is told to', async () => {
    const { standIn } = await start()
    const other = await createStandIn()
    const llm = createGigaChat({ ...plainly(new Agent()), url: `${standIn.url}/`, authUrl: other.url, key: other.key })
    await expect(llm.complete(QUESTION)).rejects.toMatchObject({ status: 401 })
    expect([standIn.seen, other.seen]).toMatchObject([
      { oauth: 0, chat: 2 },
      { oauth: 2, chat: 0 },
    ])
    await other.close()
  })

  it('knows where the tokens of GigaChat itself come from', async () => {
    await start()
    const asked: unknown[] = []
    const offline = new Agent({
      connect: ({ protocol, hostname, port }, callback) => {
        asked.push(protocol, hostname, port)
        callback(new Error('offline'), null)
      },
    })
    const llm = createGigaChat({ ...plainly(offline), url: 'https://gigachat.devices.sberbank.ru', key: 'x' })
    await expect(llm.complete(QUESTION)).rejects.toThrow('offline')
    expect(asked).toEqual(['https:', 'ngw.devices.sberbank.ru', '9443'])
  })
})

/** What a client needs besides its URL and key, without any limits. */
function plainly(dispatcher: Dispatcher): Pick<GigaChatOptions, 'dispatcher' | 'pipeline' | 'logger'> {
  return { dispatcher, pipeline: pipeline({}), logger: getLogger('app.llm') }
}
