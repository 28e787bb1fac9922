import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStandIn, STAND_IN_KEY, type StandIn } from './stand-in.ts'

const QUESTION = { model: 'GigaChat', messages: [{ role: 'user', content: '- Duration: 3.0 s' }] }

let standIn: StandIn
beforeEach(async () => {
  standIn = await createStandIn()
})
afterEach(() => standIn.close())

describe('the stand-in', () => {
  it('gives a token for its key, and answers who has one', async () => {
    const issued = await json(await oauth())
    expect(issued).toMatchObject({ expires_at: expect.any(Number) })
    const answer = await json(await chat(String(issued['access_token'])))
    expect(answer).toMatchObject({ choices: [{ message: { content: expect.stringContaining('duration: 3.0 s') } }] })
  })

  it('refuses a wrong key, a missing RqUID, a wrong scope and a wrong token as GigaChat does', async () => {
    expect((await oauth({ authorization: 'Basic other' })).status).toBe(401)
    expect((await oauth({ rquid: 'x' })).status).toBe(400)
    expect((await oauth({}, 'scope=other')).status).toBe(400)
    expect((await chat('other')).status).toBe(401)
  })

  it('refuses what is no question', async () => {
    const { access_token: token } = await json(await oauth())
    for (const body of ['', '{', '{}', '{"model":"GigaChat","messages":[]}']) {
      expect((await chat(String(token), body)).status).toBe(422)
    }
    expect((await fetch(`${standIn.url}/other`)).status).toBe(404)
    expect((await chat(String(token), 'x'.repeat(300_000))).status).toBe(400)
  })

  it('takes faults by its control endpoint, for so many requests or until cleared', async () => {
    expect((await control('POST', '{"kind":"500","times":2}')).status).toBe(200)
    expect((await control('POST', '{"kind":"429","retryAfterSeconds":7}')).status).toBe(200)
    const answers = [await chat('x'), await chat('x'), await chat('x'), await chat('x')]
    expect(answers.map(({ status }) => status)).toEqual([500, 500, 429, 429])
    expect(answers[3]?.headers.get('retry-after')).toBe('7')
    await control('DELETE')
    expect((await chat('x')).status).toBe(401)
    expect(await json(await fetch(`${standIn.url}/control/seen`))).toMatchObject({ oauth: 0, chat: 5 })
  })

  it('refuses what is no fault', async () => {
    for (const body of ['', '{"kind":"fire"}', '{"kind":"slow","ms":-1}', '{"kind":"500","tmies":1}']) {
      expect((await control('POST', body)).status).toBe(400)
    }
    expect(() => standIn.faults.add({ kind: '500', times: 0 })).toThrow('times')
  })

  it('answers late when told to be slow', async () => {
    standIn.faults.add({ kind: 'slow', ms: 1, times: 1 })
    expect((await chat('x')).status).toBe(401)
  })

  it('closes under a request that it never answers', async () => {
    standIn.faults.add({ kind: 'mute' })
    const unanswered = chat('x')
    const closing = standIn.close()
    await expect(unanswered).rejects.toThrow('fetch failed')
    await closing
    standIn = await createStandIn()
  })

  it('runs alone', async () => {
    const main = fileURLToPath(new URL('main.ts', import.meta.url))
    const program = spawn(process.execPath, [main], { env: { ...process.env, STAND_IN_PORT: '0' } })
    const [line] = (await once(program.stdout, 'data')) as [Buffer]
    const url = /http:\S+(?=,)/.exec(line.toString())?.[0]
    expect((await fetch(`${url}/control/seen`)).status).toBe(200)
    program.kill()
    expect(await once(program, 'exit')).toEqual([0, null])
  })
})

function oauth(headers: Record<string, string> = {}, body = 'scope=GIGACHAT_API_PERS'): Promise<Response> {
  const sent = { authorization: `Basic ${STAND_IN_KEY}`, rquid: randomUUID(), ...headers }
  return fetch(`${standIn.url}/api/v2/oauth`, { method: 'POST', headers: sent, body })
}

function chat(token: string, body = JSON.stringify(QUESTION)): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` }
  return fetch(`${standIn.url}/api/v1/chat/completions`, { method: 'POST', headers, body })
}

function control(method: 'POST' | 'DELETE', body?: string): Promise<Response> {
  return fetch(`${standIn.url}/control/faults`, body === undefined ? { method } : { method, body })
}

async function json(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>
}
