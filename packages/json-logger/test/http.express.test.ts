import { eventually } from '@org/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CapturedRecords, captureRecords } from './captured-records.ts'
import { startExpressApp } from './http-app.express.ts'
import type { HttpApp } from './http-app.ts'
import { send } from './live-http.ts'

describe('requestContext on Express', () => {
  let captured: CapturedRecords
  let app: HttpApp

  beforeEach(async () => {
    captured = captureRecords()
    app = await startExpressApp({ trustInbound: true })
  })
  afterEach(async () => {
    await app.close()
    await captured.stop()
  })

  it('keeps the context behind multer, for uploads side by side that arrive in pieces', async () => {
    const upload = async (id: string): Promise<void> => {
      const head = `--cut\r\ncontent-disposition: form-data; name="f"; filename="${id}"\r\n\r\n`
      const pieces = [head, 'x'.repeat(50_000), 'y'.repeat(50_000), '\r\n--cut', '--\r\n']
      const headers = { 'x-request-id': id, 'content-type': 'multipart/form-data; boundary=cut' }
      const reply = await send(app.port, '/upload', { headers, pieces })
      const { ids, bytes } = JSON.parse(reply.text) as { ids: string[]; bytes: number[] }
      expect([bytes, new Set(ids)]).toEqual([[100_000], new Set([id])])
    }
    await Promise.all(Array.from({ length: 20 }, (_, number) => upload(`u${number}`)))
  })

  it('has the id in the error handler where the body parser fails on a late piece', async () => {
    const headers = { 'x-request-id': 'broken', 'content-type': 'application/json' }
    const reply = await send(app.port, '/json', { headers, pieces: ['{"a":', ' nothing', ' more'] })
    expect([reply.status, reply.headers['x-request-id']]).toEqual([400, 'broken'])
    const [failed] = captured.of('app')
    expect(failed).toMatchObject({ level: 'warn', requestId: 'broken' })
  })

  it('logs the whole path of a route in a mounted router, and of one that is not found', async () => {
    await send(app.port, '/mounted/here?a=1')
    const missing = await send(app.port, '/mounted/nowhere')
    expect([missing.status, missing.headers['x-request-id']]).toEqual([404, expect.any(String)])
    await eventually(() => captured.of('http.access').length === 2)
    const messages = captured.of('http.access').map((line) => line.message)
    expect(messages).toEqual(['GET /mounted/here 200', 'GET /mounted/nowhere 404'])
  })
})
