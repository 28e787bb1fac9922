/** A request of node:http, node:http2 (compatibility API) or of a framework on them, as far as it is read here. */
export interface NodeRequest {
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined }
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** Express: the URL before routers took their part off. */
  readonly originalUrl?: string | undefined
}

/** The response beside a {@link NodeRequest}. */
export interface NodeResponse {
  readonly statusCode: number
  readonly headersSent: boolean
  readonly writableEnded: boolean
  readonly writableFinished?: boolean | undefined
  /** node:http only. */
  readonly destroyed?: boolean | undefined
  /** node:http2 only. */
  readonly stream?: { readonly destroyed?: boolean | undefined } | undefined
  setHeader(name: string, value: string): unknown
  getHeader(name: string): unknown
  once(event: 'finish' | 'close', listener: () => void): unknown
}

/** Sets what can still be set: a response that is under way or destroyed stays as it is. */
export function setHeaders(response: NodeResponse, headers: Readonly<Record<string, string>>): void {
  if (response.headersSent) return
  try {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  } catch {
    // The response ended meanwhile: the request goes on, nobody is left to read its headers.
  }
}

/** Whether neither 'finish' nor 'close' can be expected any more. */
export function isOver(response: NodeResponse): boolean {
  return response.writableFinished === true || response.destroyed === true || response.stream?.destroyed === true
}

/** Whether the response, which is over, was not sent to its end. */
export function isAborted(response: NodeResponse): boolean {
  // HTTP/2 says 'finish' for streams that were reset too.
  return !response.writableEnded || response.writableFinished === false
}
