import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { request } from 'undici'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { gigaChatDispatcher } from './gigachat-dispatcher.ts'

const directory = mkdtempSync(join(tmpdir(), 'gigachat-ca-'))
const caFile = join(directory, 'ca.pem')
let server: Server

beforeAll(async () => {
  openssl(
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.pem',
  )
  openssl(
    'req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout server.key -out server.csr',
  )
  writeFileSync(join(directory, 'names'), 'subjectAltName=DNS:localhost')
  openssl('x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem')
  const [key, cert] = ['server.key', 'server.pem'].map((name) => readFileSync(join(directory, name)))
  server = createServer({ key, cert }, (_request, response) => response.end('welcome')).listen(0)
  await once(server, 'listening')
})

afterEach(() => {
  vi.unstubAllEnvs()
})

afterAll(() => {
  server.close()
  rmSync(directory, { recursive: true })
})

describe('gigaChatDispatcher', () => {
  it('refuses a certificate of an unknown CA', async () => {
    await expect(answerThrough({})).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  })

  it('takes it once its CA is in the file', async () => {
    expect(await answerThrough({ caFile })).toBe('welcome')
  })

  it('goes on trusting the default ones', async () => {
    const trusted = getCACertificates('default')
    setDefaultCACertificates([...trusted, readFileSync(caFile, 'utf8')])
    try {
      expect(await answerThrough({ caFile: join(directory, 'server.pem') })).toBe('welcome')
    } finally {
      setDefaultCACertificates(trusted)
    }
  })

  it('still looks at the name of the host', async () => {
    await expect(answerThrough({ caFile }, '127.0.0.1')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  it('verifies also where the environment switches that off', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    await expect(answerThrough({})).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  })

  it('refuses a file that is missing or holds no certificates', () => {
    expect(() => gigaChatDispatcher({ caFile: join(directory, 'none.pem') })).toThrow('ENOENT')
    expect(() => gigaChatDispatcher({ caFile: join(directory, 'server.key') })).toThrow(TypeError)
    const damaged = join(directory, 'damaged.pem')
    writeFileSync(damaged, readFileSync(caFile, 'utf8').replace('MII', 'AAA'))
    expect(() => gigaChatDispatcher({ caFile: damaged })).toThrow('GIGACHAT_CA_FILE must be a file of PEM certificates')
  })
})

async function answerThrough(options: { readonly caFile?: string }, host = 'localhost'): Promise<string> {
  const dispatcher = gigaChatDispatcher(options)
  try {
    const { port } = server.address() as AddressInfo
    const { body } = await request(`https://${host}:${port}/`, { dispatcher })
    return await body.text()
  } finally {
    await dispatcher.destroy()
  }
}

function openssl(command: string): void {
  execFileSync('openssl', command.split(' '), { cwd: directory, stdio: 'pipe' })
}
