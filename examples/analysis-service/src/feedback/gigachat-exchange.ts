import { type Dispatcher, request } from 'undici'
import { outgoingHeaders } from '@org/json-logger/http'
import { GigaChatAnswerError, GigaChatStatusError } from './gigachat-errors.ts'
import { retryAfterMs } from './retry-after.ts'

/** One POST to GigaChat. */
export interface Exchange {
  readonly dispatcher: Dispatcher
  /** Of the service, without a slash at its end. */
  readonly url: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
  /** Epoch milliseconds, for a `Retry-After` that is a date. */
  readonly now: () => number
}

/** A thousand times what a feedback takes: more is no answer but a fault, and is not kept in memory. */
const MAX_ANSWER_BYTES = 1024 * 1024
/** A short body of an error is read to its end, so that its connection can be used again. */
const MAX_ERROR_BYTES = 16 * 1024

/**
 * The JSON that GigaChat answers. The id of the request under way is sent along.
 *
 * @throws GigaChatStatusError, GigaChatAnswerError, the errors of undici, or the reason of `signal`.
 */
export async function exchangeJson(exchange: Exchange): Promise<unknown> {
  const { dispatcher, url, path, body, signal } = exchange
  const headers = { accept: 'application/json', ...outgoingHeaders(), ...exchange.headers }
  const response = await request(url + path, { method: 'POST', dispatcher, headers, body, signal })
  if (response.statusCode < 200 || response.statusCode > 299) {
    await response.body.dump({ limit: MAX_ERROR_BYTES, signal })
    const wait = retryAfterMs(response.headers['retry-after'], exchange.now())
    throw new GigaChatStatusError(path, response.statusCode, wait)
  }
  return parsed(await boundedText(response.body, path), path)
}

/** Leaving the loop early destroys the body, and its connection with it. */
async function boundedText(body: AsyncIterable<Buffer>, path: string): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) throw new GigaChatAnswerError(path, `is longer than ${MAX_ANSWER_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The error of `JSON.parse` quotes the text, which may be anything, a token as well: it goes no further. */
function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new GigaChatAnswerError(path, 'is not JSON')
  }
}
