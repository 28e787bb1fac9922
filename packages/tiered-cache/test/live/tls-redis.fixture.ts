import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { debianProgram, freePort, startRedis } from '@org/testkit'

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
const run = promisify(execFile)

/** What a client shows of itself and whom it trusts, as `node:tls` takes it. */
export interface TlsOptions {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** A Redis that speaks TLS, with a certificate for 127.0.0.1 of an authority that nobody knows. */
export interface TlsRedis {
  readonly port: number
  /** Without TLS, for its operator. */
  readonly url: string
  /** The certificate of the authority. */
  readonly caFile: string
  /** The certificate of another authority. */
  readonly otherCaFile: string
  /** Of a client that it knows. */
  readonly client: TlsOptions
  stop(): Promise<void>
}

/** Starts a {@link TlsRedis}; `args` are more arguments of the server. */
export async function startTlsRedis(args: readonly string[] = []): Promise<TlsRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'redis-tls-'))
  const path = (file: string): string => join(directory, file)
  await makeCertificates(path)
  const port = await freePort()
  const files = ['--tls-cert-file', path('leaf.crt'), '--tls-key-file', path('leaf.key')]
  const trust = ['--tls-ca-cert-file', path('ca.crt'), '--tls-auth-clients', 'optional']
  const server = await startRedis({ args: ['--tls-port', String(port), ...files, ...trust, ...args] })
  const text = (file: string): string => readFileSync(path(file), 'utf8')
  return {
    port,
    url: server.url,
    caFile: path('ca.crt'),
    otherCaFile: path('other.crt'),
    client: { ca: text('ca.crt'), cert: text('leaf.crt'), key: text('leaf.key') },
    stop: async () => {
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Two authorities, and a certificate of the first for 127.0.0.1. */
async function makeCertificates(path: (file: string) => string): Promise<void> {
  const openssl = await debianProgram({
    names: ['openssl'],
    package: 'openssl',
    refusal: 'REDIS_NO_INSTALL',
    advice: 'No openssl was found: the tests of TLS need it on PATH.',
  })
  const request = (name: string, ...more: readonly string[]): Promise<unknown> => {
    const files = ['-keyout', path(`${name}.key`), '-out', path(`${name}.crt`)]
    return run(openssl, ['req', '-x509', ...KEY, '-subj', `/CN=${name}`, ...files, ...more])
  }
  await Promise.all([request('ca'), request('other')])
  const limits = ['-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE']
  await request('leaf', '-CA', path('ca.crt'), '-CAkey', path('ca.key'), ...limits)
}
