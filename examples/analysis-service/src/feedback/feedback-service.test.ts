import { getLogger, memorySink, setupLogging } from '@org/json-logger'
import { expect, describe, it } from 'vitest'
import { createFeedback } from './feedback-service.ts'
import { FIGURES } from './figures.fixture.ts'
import type { ChatMessage, Llm } from './llm.ts'

describe('createFeedback', () => {
  it('asks with the figures alone', async () => {
    const asked: (readonly ChatMessage[])[] = []
    const llm: Llm = { complete: (messages) => Promise.resolve(String(asked.push(messages))) }
    const feedback = await createFeedback({ llm, logger: getLogger() })(FIGURES)
    expect(feedback).toEqual({ text: '1', source: 'llm' })
    expect(asked[0]?.map(({ role }) => role)).toEqual(['system', 'user'])
    expect(asked[0]?.[1]?.content.split('\n')).toEqual([
      '- Duration: 12.3 s',
      '- Speaking rate: 231 syllables per minute of speech',
      '- Silence: 20 % of the time',
      '- Pauses: 2, the longest 1.1 s',
      '- Pitch: median 121 Hz, range 7.4 semitones',
      '- Loudness: -21.5 dBFS, peak -3.2 dBFS',
      '- Clipping: none to be heard',
    ])
  })

  it('logs a mistake of this program as an error, and still answers', async () => {
    const sink = memorySink()
    const logging = setupLogging({ console: false, sinks: [sink] })
    const llm: Llm = { complete: () => Promise.reject(new TypeError('x is not a function')) }
    expect(await createFeedback({ llm, logger: getLogger() })(FIGURES)).toMatchObject({ source: 'fallback' })
    await logging.close()
    expect(sink.records).toMatchObject([{ level: 'error', error: { type: 'TypeError' } }])
  })
})
