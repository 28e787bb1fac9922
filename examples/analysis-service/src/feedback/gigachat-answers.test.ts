import { describe, expect, it } from 'vitest'
import { chatAnswer, tokenAnswer } from './gigachat-answers.ts'

const CHOICE = { message: { role: 'assistant', content: ' Well said. ' }, index: 0, finish_reason: 'stop' }

describe('chatAnswer', () => {
  it('reads the text and the figures', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30, precached_prompt_tokens: 0 }
    const json = { choices: [CHOICE], created: 1, model: 'GigaChat:2.0', object: 'chat.completion', usage }
    const figures = { model: 'GigaChat:2.0', promptTokens: 10, completionTokens: 20 }
    expect(chatAnswer(json, '/x')).toEqual({ text: 'Well said.', ...figures })
    expect(chatAnswer({ choices: [CHOICE] }, '/x').text).toBe('Well said.')
  })

  it.each([
    [null],
    ['text'],
    [{}],
    [{ choices: [] }],
    [{ choices: [{}] }],
    [{ choices: [{ message: { content: ' \n' } }] }],
    [{ choices: [{ message: { content: 7 } }] }],
    [{ choices: [{ ...CHOICE, finish_reason: 'blacklist' }] }],
    [{ choices: [CHOICE], usage: { prompt_tokens: 'many' } }],
  ])('refuses %j', (json) => {
    expect(() => chatAnswer(json, '/x')).toThrow(expect.objectContaining({ code: 'ERR_GIGACHAT_ANSWER' }))
  })
})

describe('tokenAnswer', () => {
  it.each([
    [1_795_330_000_000, 1_795_330_000_000],
    [1_795_330_000, 1_795_330_000_000],
  ])('reads the expiry %d as the millisecond %d', (expires_at, expected) => {
    expect(tokenAnswer({ access_token: 'a', expires_at }, '/x').expires_at).toBe(expected)
  })

  it('refuses what cannot stand in a header, and does not repeat it', () => {
    for (const access_token of ['', 'a\r\nx: y', 'ä', 'x'.repeat(9_000), 7]) {
      const read = (): unknown => tokenAnswer({ access_token, expires_at: 1 }, '/x')
      expect(read).toThrow(/^GigaChat's answer to \/x has another shape: access_token$/)
    }
  })
})
