import { fastify } from 'fastify'
import { describe, expect, it, onTestFinished } from 'vitest'
import { answerError, answerNotFound } from './error-response.ts'

describe('answerError', () => {
  it.each([
    ['a media type', 415, 'ERR_UPLOAD_TYPE', { headers: { 'content-type': 'audio/mpeg' }, payload: 'x' }],
    ['JSON', 400, 'ERR_REQUEST', { headers: { 'content-type': 'application/json' }, payload: '{' }],
    ['a length', 413, 'ERR_REQUEST', { headers: { 'content-type': 'text/plain' }, payload: 'x'.repeat(100) }],
    ['a URL', 400, 'ERR_REQUEST', { url: '/%zz' }],
  ])('answers what the framework finds wrong with %s by %i and a code of ours', async (_, status, code, request) => {
    const server = fastify({ bodyLimit: 64, frameworkErrors: answerError })
    onTestFinished(() => server.close())
    server.setErrorHandler(answerError)
    server.setNotFoundHandler(answerNotFound)
    server.post('/', async () => 'never')
    const answer = await server.inject({ method: 'POST', url: '/', ...request })
    expect([answer.statusCode, answer.json().error.code]).toEqual([status, code])
    expect(answer.body).not.toContain('FST_')
  })
})
