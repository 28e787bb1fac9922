import autocannon, { type Client, type Request } from 'autocannon'
import { Client as HttpClient } from 'undici'

/** What a load showed. */
export interface Load {
  readonly requestsPerSecond: number
}

const CONNECTIONS = 10
const PATH = '/analyze'
const HEADERS = { 'content-type': 'audio/wav' }

/**
 * Uploads `recordings` over and over for some seconds: as fast as it goes, or `rate` of them per second.
 * @throws Error where requests fail
 */
export async function load(
  url: string,
  recordings: readonly Buffer[],
  { seconds, rate }: { readonly seconds: number; readonly rate?: number },
): Promise<Load> {
  const requests = recordings.map((body): Request => ({ method: 'POST', path: PATH, headers: { ...HEADERS }, body }))
  let clients = 0
  // Each connection begins elsewhere: in step they would all ask for the same recording at once.
  const setupClient = (client: Client): void => {
    client.setRequests(rotated(requests, Math.floor((clients++ * requests.length) / CONNECTIONS)))
  }
  const limits = rate === undefined ? {} : { overallRate: rate }
  const result = await autocannon({
    url,
    requests,
    setupClient,
    connections: CONNECTIONS,
    duration: seconds,
    ...limits,
  })
  const failures = result.non2xx + result.errors + result.timeouts
  if (failures > 0) throw new Error(`${failures} requests of a load failed`)
  return { requestsPerSecond: result['2xx'] / result.duration }
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}

/** How the answer to one upload came. */
export interface Answered {
  readonly ms: number
  readonly bytes: number
}

/** Uploads one recording after the other over one connection. @throws Error where one is refused */
export async function uploadEach(url: string, recordings: readonly Buffer[]): Promise<readonly Answered[]> {
  const client = new HttpClient(url)
  try {
    const answers: Answered[] = []
    for (const recording of recordings) answers.push(await uploadOne(client, recording))
    return answers
  } finally {
    await client.close()
  }
}

async function uploadOne(client: HttpClient, body: Buffer): Promise<Answered> {
  const began = performance.now()
  const answer = await client.request({ method: 'POST', path: PATH, headers: HEADERS, body })
  const { byteLength: bytes } = await answer.body.arrayBuffer()
  if (answer.statusCode !== 200) throw new Error(`an upload was answered ${answer.statusCode}`)
  return { ms: performance.now() - began, bytes }
}
