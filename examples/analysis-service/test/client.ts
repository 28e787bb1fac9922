import type { AnalysisResponse, ErrorResponse } from '../src/http/analysis-response.ts'
import type { CacheReport } from '../src/http/cache-stats.ts'
import type { PendingResponse } from '../src/http/forget-route.ts'
import type { PipelineReport } from '../src/http/pipeline-stats.ts'

/** What can be sent as a body. */
export type Body = NonNullable<RequestInit['body']>

/** What came back for a recording: of both kinds of bodies the members that tests look at. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: AnalysisResponse & ErrorResponse
}

/** What came back for a wish to have an analysis done again; a 204 has no body. */
export interface ForgetAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: (PendingResponse & ErrorResponse) | undefined
}

/** A client of one node of the service. */
export class Client {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  /** Sends a recording as the body. */
  analyze(
    recording: Body,
    options: { query?: string; headers?: Readonly<Record<string, string>>; signal?: AbortSignal } = {},
  ): Promise<Answer> {
    const { query = '', headers = {}, signal } = options
    return this.post(recording, {
      query,
      headers: { 'content-type': 'audio/wav', ...headers },
      ...(signal && { signal }),
    })
  }

  /** Sends a recording as a file of a form. */
  analyzeForm(recording: Uint8Array<ArrayBuffer>, field = 'recording', type = 'audio/wav'): Promise<Answer> {
    const form = new FormData()
    form.append(field, new Blob([recording], { type }), '../../etc/evil name.wav')
    return this.post(form)
  }

  async post(
    body: Body,
    init: { query?: string; headers?: Readonly<Record<string, string>>; signal?: AbortSignal } = {},
  ): Promise<Answer> {
    const { query = '', ...rest } = init
    const response = await fetch(`${this.url}/analyze${query}`, { method: 'POST', body, ...rest })
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] }
  }

  async forget(sha256: string, query = ''): Promise<ForgetAnswer> {
    const response = await fetch(`${this.url}/analyses/${sha256}${query}`, { method: 'DELETE' })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }

  cacheStats(headers: Readonly<Record<string, string>> = {}): Promise<CacheReport> {
    return this.#get('/stats/cache', headers)
  }

  pipelineStats(): Promise<PipelineReport> {
    return this.#get('/stats/pipeline')
  }

  async #get<T>(path: string, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    const response = await fetch(this.url + path, { headers })
    return (await response.json()) as T
  }
}
