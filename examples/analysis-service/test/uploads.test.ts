import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { eventually } from '@org/testkit'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Body } from './client.ts'
import { startNode, temporaryDirectory } from './node.fixture.ts'
import { newRecording, sample } from './recordings.ts'

let temporary: string
beforeEach(() => {
  temporary = temporaryDirectory()
  vi.stubEnv('TMPDIR', temporary)
  onTestFinished(() => void vi.unstubAllEnvs())
})

/** The recordings that lie in the service's own temporary directory. */
function filesLeft(): readonly string[] {
  const directories = readdirSync(temporary).filter((name) => name.startsWith('analysis-service-'))
  return directories.flatMap((name) => readdirSync(join(temporary, name)))
}

describe('an upload', () => {
  it('leaves no file behind, and no directory after the end', async () => {
    const node = await startNode()
    await Promise.all([node.client.analyze(newRecording()), node.client.analyzeForm(newRecording())])
    expect(filesLeft()).toEqual([])
    await node.close()
    expect(readdirSync(temporary).filter((name) => name.startsWith('analysis-service-'))).toEqual([])
  })

  const whole = sample('calm')
  const form = (parts: readonly (readonly [string, Blob | string])[]): FormData => {
    const data = new FormData()
    for (const [name, value] of parts) data.append(name, value)
    return data
  }
  const wav = new Blob([whole], { type: 'audio/wav' })
  const broken = 'multipart/form-data; boundary=x'
  it.each<[string, number, string, Body, string?, string?]>([
    ['cut off', 422, 'ERR_AUDIO_UNREADABLE', whole.subarray(0, 30), 'audio/wav'],
    ['no audio', 422, 'ERR_AUDIO_UNREADABLE', 'not audio at all', 'audio/wav'],
    ['empty', 400, 'ERR_UPLOAD_MISSING', '', 'audio/wav'],
    ['too large', 413, 'ERR_UPLOAD_TOO_LARGE', new Uint8Array(3 * 1024 ** 2), 'audio/wav'],
    [
      'too large, in a form',
      413,
      'ERR_UPLOAD_TOO_LARGE',
      form([['recording', new Blob([new Uint8Array(3 * 1024 ** 2)], { type: 'audio/wav' })]]),
    ],
    ['of another type', 415, 'ERR_UPLOAD_TYPE', whole, 'audio/mpeg'],
    [
      'of another type, in a form',
      415,
      'ERR_UPLOAD_TYPE',
      form([['recording', new Blob([whole], { type: 'image/png' })]]),
    ],
    ['of JSON', 415, 'ERR_UPLOAD_TYPE', '{}', 'application/json'],
    ['a form without a recording', 400, 'ERR_UPLOAD_MISSING', form([['other', wav]])],
    ['a form with words in its place', 400, 'ERR_UPLOAD_MISSING', form([['recording', 'words']])],
    ['an empty form', 400, 'ERR_UPLOAD_MISSING', form([])],
    [
      'a form with two recordings',
      413,
      'ERR_UPLOAD_FORM',
      form([
        ['recording', wav],
        ['recording', wav],
      ]),
    ],
    [
      'a form that ends early',
      400,
      'ERR_UPLOAD_INCOMPLETE',
      '--x\r\ncontent-disposition: form-data; name="recording"; filename="a"\r\ncontent-type: audio/wav\r\n\r\nRIFF',
      broken,
    ],
    ['no form', 400, 'ERR_UPLOAD_INCOMPLETE', 'nonsense', broken],
    ['a form of no kind', 400, 'ERR_UPLOAD_INCOMPLETE', 'nonsense', 'multipart/form-data'],
    ['with a wrong option', 400, 'ERR_OPTION', whole, 'audio/wav', '?pauseSeconds=much'],
    ['with an option twice', 400, 'ERR_OPTION', whole, 'audio/wav', '?pauseSeconds=1&pauseSeconds=2'],
    ['with an option beyond its bounds', 400, 'ERR_OPTION', whole, 'audio/wav', '?pauseSeconds=99'],
  ])('that is %s is answered %i %s', async (_, status, code, body, type, query = '') => {
    const { client, log } = await startNode({ env: { MAX_UPLOAD: '1mb' } })
    const answer = await client.post(body, { query, ...(type !== undefined && { headers: { 'content-type': type } }) })
    expect(answer).toMatchObject({ status, body: { error: { code } } })
    expect(answer.body.error.message).toMatch(/^\S.{5,200}$/)
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'))
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts|\/tmp|\n/)
    expect(filesLeft()).toEqual([])
    expect(log().filter(({ level }) => level === 'ERROR')).toEqual([])
    expect((await client.analyze(newRecording())).status).toBe(200)
  })

  it('whose client goes in the middle is removed', async () => {
    const { client } = await startNode()
    const headers = { 'content-type': 'audio/wav', 'content-length': 1_000_000 }
    const upload = request(`${client.url}/analyze`, { method: 'POST', headers })
    upload.on('error', () => {})
    upload.write(sample('calm'))
    await eventually(() => filesLeft().length === 1)
    upload.destroy()
    await eventually(() => filesLeft().length === 0)
    expect(await client.cacheStats()).toMatchObject({ total_requests: 0 })
  })

  it('is analysed for the cache when its client has gone', async () => {
    const { client, standIn, log } = await startNode()
    standIn.faults.add({ kind: 'slow', ms: 500, times: 1 })
    const recording = newRecording()
    const leaving = new AbortController()
    const answer = client.analyze(recording, { signal: leaving.signal })
    await eventually(() => standIn.seen.chat === 1)
    leaving.abort()
    await expect(answer).rejects.toThrow()
    await eventually(() => log().some((line) => line['logger'] === 'http.access' && line['aborted'] === true))
    await eventually(async () => (await client.cacheStats()).memory_size === 1)
    expect((await client.analyze(recording)).body.source).toBe('memory')
    await eventually(() => filesLeft().length === 0)
    expect(log().filter(({ level }) => level === 'ERROR')).toEqual([])
  })
})
