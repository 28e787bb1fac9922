import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import { healthRoutes } from '../src/http/health-routes.ts'
import { last } from './deployment.fixture.ts'

describe('the health check of the image', () => {
  const [, , script = ''] = JSON.parse(last('HEALTHCHECK').replace(/^[^[]*/, '')) as string[]

  it('asks for an address that the service has', async () => {
    const path = /\}(\/[\w/]+)`/.exec(script)?.[1] ?? ''
    const server = fastify()
    await server.register(healthRoutes, { isReady: () => true })
    expect((await server.inject(path)).statusCode).toBe(200)
    await server.close()
  })

  it('says well where the service is ready, and ill where it is not, or away', async () => {
    let status = 200
    const server = createServer((_request, response) => response.writeHead(status).end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const port = portOf(server)
    expect(await exitOf(script, port)).toBe(0)
    status = 503
    expect(await exitOf(script, port)).toBe(1)
    server.close()
    await once(server, 'close')
    expect(await exitOf(script, port)).toBe(1)
  })
})

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

async function exitOf(script: string, port: number): Promise<unknown> {
  try {
    await promisify(execFile)(process.execPath, ['-e', script], { env: { ...process.env, PORT: String(port) } })
    return 0
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}
