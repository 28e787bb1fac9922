import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import { Agent } from 'undici'

/** Options of {@link gigaChatDispatcher}. */
export interface GigaChatDispatcherOptions {
  /** A file of PEM certificates that are trusted beside the default ones: GigaChat's comes from a CA that Node does not know. */
  readonly caFile?: string | undefined
}

/** More analyses than that do not ask at once; the rest wait for a connection. */
const CONNECTIONS = 16

/**
 * The pool of connections to GigaChat; who makes it closes it. Certificates and host names are always verified, also where
 * `NODE_TLS_REJECT_UNAUTHORIZED` says otherwise.
 *
 * @throws TypeError where the file holds no certificate, or the error of `node:fs` where it cannot be read.
 */
export function gigaChatDispatcher({ caFile }: GigaChatDispatcherOptions = {}): Agent {
  const ca = caFile === undefined ? {} : { ca: [...getCACertificates('default'), ...certificatesOf(caFile)] }
  return new Agent({
    connections: CONNECTIONS,
    allowH2: false, // one request per connection: what aborts one touches no other
    keepAliveTimeout: 30_000,
    connect: { timeout: 5_000, rejectUnauthorized: true, ...ca },
  })
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** TLS takes what is no certificate without a word, and then refuses every connection: better told at the start. */
function certificatesOf(file: string): string[] {
  const certificates = readFileSync(file, 'utf8').match(CERTIFICATE) ?? []
  if (certificates.length === 0 || !certificates.every(isCertificate)) {
    throw new TypeError('GIGACHAT_CA_FILE must be a file of PEM certificates, got a file with something else')
  }
  return certificates
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== ''
  } catch {
    return false
  }
}
