import { ManualClock } from '@org/breaker/testing'
import { eventually } from '@org/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { FIGURES } from '../src/feedback/figures.fixture.ts'
import { fallbackFeedback } from '../src/feedback/fallback-feedback.ts'
import { GIGACHAT_PIPELINE } from '../src/feedback/gigachat-limits.ts'
import type { Fault } from '../src/stand-in/fault.ts'
import { type LlmSide, type LlmSideOptions, startLlmSide } from './llm-side.fixture.ts'

/** The limits of the service, without its waits between attempts. */
const AT_ONCE = { retry: { ...GIGACHAT_PIPELINE.retry, delay: 0 } }

let side: LlmSide
afterEach(() => side.close())

async function start(options?: LlmSideOptions): Promise<LlmSide> {
  side = await startLlmSide(options)
  return side
}

describe('the feedback', () => {
  it("is the model's where that answers", async () => {
    const { feedbackFor, records } = await start()
    expect(await feedbackFor(FIGURES)).toMatchObject({ source: 'llm', text: expect.stringContaining('stand-in') })
    expect(records.filter(({ level }) => level !== 'debug')).toEqual([])
  })

  it.each<[Fault, number, string]>([
    [{ kind: '500' }, 3, 'ERR_GIGACHAT_STATUS'],
    [{ kind: '429', retryAfterSeconds: 0 }, 3, 'ERR_GIGACHAT_STATUS'],
    [{ kind: 'reset' }, 3, 'ECONNRESET'],
    [{ kind: 'wrongJson' }, 1, 'ERR_GIGACHAT_ANSWER'],
    [{ kind: 'emptyChoices' }, 1, 'ERR_GIGACHAT_ANSWER'],
    [{ kind: 'hugeBody' }, 1, 'ERR_GIGACHAT_ANSWER'],
    [{ kind: 'tokenRefused' }, 1, 'ERR_GIGACHAT_STATUS'],
  ])('is made from the figures after %j, with %i attempts', async (fault, attempts, reason) => {
    const { feedbackFor, standIn, guard, records } = await start({ limits: AT_ONCE })
    standIn.faults.add(fault)
    expect(await feedbackFor(FIGURES)).toEqual(fallbackFeedback(FIGURES))
    expect(guard.stats().attempts).toBe(attempts)
    expect(records.at(-1)).toMatchObject({ level: 'warn', fields: { reason } })

    standIn.faults.clear()
    expect(await feedbackFor(FIGURES)).toMatchObject({ source: 'llm' })
  })

  it.each<Fault>([{ kind: 'mute' }, { kind: 'mute', on: 'oauth' }, { kind: 'slow', ms: 600_000 }])(
    'is made from the figures within 15 s when the model is %j',
    async (fault) => {
      const clock = new ManualClock()
      const { feedbackFor, standIn, guard } = await start({ clock })
      standIn.faults.add(fault)
      const feedback = feedbackFor(FIGURES)
      await eventually(() => standIn.seen[fault.on ?? 'chat'] === 1)
      await clock.advance('15s')
      expect(await feedback).toEqual(fallbackFeedback(FIGURES))
      expect(guard.stats()).toMatchObject({ attempts: 2, timeouts: 2 })
      expect(clock.pendingTimers).toBe(0)
    },
  )

  it('is made from the figures when nobody listens', async () => {
    const { feedbackFor, standIn, records } = await start({ limits: AT_ONCE })
    await standIn.close()
    expect(await feedbackFor(FIGURES)).toMatchObject({ source: 'fallback' })
    expect(records.at(-1)).toMatchObject({ level: 'warn', fields: { reason: 'ECONNREFUSED', attempts: 3 } })
  })

  it('costs the model nothing while the breaker is open', async () => {
    const { feedbackFor, standIn, breaker, records } = await start({ limits: { retry: undefined } })
    standIn.faults.add({ kind: '500' })
    for (let call = 0; call < 5; call++) await feedbackFor(FIGURES)
    const answers = await Promise.all(Array.from({ length: 20 }, () => feedbackFor(FIGURES)))
    expect(answers).toEqual(Array.from({ length: 20 }, () => fallbackFeedback(FIGURES)))
    expect([standIn.seen.chat, breaker.state]).toEqual([5, 'open'])
    expect(records.at(-1)).toMatchObject({ level: 'warn', fields: { reason: 'ERR_BREAKER_OPEN' } })
  })

  it('ends at once for who aborts it, without a fallback and without blame', async () => {
    const { feedbackFor, standIn, breaker, records } = await start()
    standIn.faults.add({ kind: 'mute' })
    const controller = new AbortController()
    const feedback = feedbackFor(FIGURES, { signal: controller.signal })
    await eventually(() => standIn.seen.chat === 1)
    const left = new Error('the client has gone')
    controller.abort(left)
    await expect(feedback).rejects.toBe(left)
    expect(breaker.stats()).toMatchObject({ failures: 0, ignored: 1 })
    expect(records.filter(({ level }) => level === 'warn')).toEqual([])
    await expect(feedbackFor(FIGURES, { signal: controller.signal })).rejects.toBe(left)
    expect(standIn.seen.chat).toBe(1)
  })

  it('goes on for the others when the one who asked for the token aborts', async () => {
    const { feedbackFor, standIn } = await start()
    standIn.faults.add({ kind: 'slow', on: 'oauth', ms: 50, times: 1 })
    const controller = new AbortController()
    const [first, second] = [feedbackFor(FIGURES, { signal: controller.signal }), feedbackFor(FIGURES)]
    await eventually(() => standIn.seen.oauth === 1)
    controller.abort()
    await expect(first).rejects.toMatchObject({ name: 'AbortError' })
    expect(await second).toMatchObject({ source: 'llm' })
    expect(standIn.seen).toMatchObject({ oauth: 1, chat: 1 })
  })

  it('writes no key and no token into any line, whatever goes wrong', async () => {
    const clock = new ManualClock()
    const { feedbackFor, standIn, breaker, records } = await start({ clock, limits: { retry: undefined } })
    const kinds = ['500', '429', 'reset', 'wrongJson', 'emptyChoices', 'hugeBody', 'tokenRefused'] as const
    const secrets = new Set([standIn.key])
    for (const fault of kinds.flatMap((kind) => [{ kind, on: 'chat' } as const, { kind, on: 'oauth' } as const])) {
      standIn.faults.add({ ...fault, times: 1 })
      await feedbackFor(FIGURES)
      await feedbackFor(FIGURES)
      for (const token of standIn.tokens.valid()) secrets.add(token)
      await clock.advance('31m') // the next fault is met without a token, so that those of the tokens are met at all
      breaker.reset()
    }
    standIn.faults.add({ kind: '500' })
    for (let call = 0; call < 6; call++) await feedbackFor(FIGURES)
    expect(secrets.size).toBeGreaterThan(2 * kinds.length)
    expect(new Set(records.map(({ level }) => level))).toEqual(new Set(['debug', 'warn', 'error']))
    const lines = JSON.stringify(records)
    for (const secret of [...secrets, 'half-a-token']) expect(lines).not.toContain(secret)
  })
})
