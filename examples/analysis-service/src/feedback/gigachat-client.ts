import { randomUUID } from 'node:crypto'
import { type Clock, type Pipeline, systemClock } from '@org/breaker'
import type { Logger } from '@org/json-logger'
import type { Dispatcher } from 'undici'
import { AccessToken, type IssuedToken } from './access-token.ts'
import { chatAnswer, tokenAnswer } from './gigachat-answers.ts'
import { GigaChatStatusError } from './gigachat-errors.ts'
import { exchangeJson } from './gigachat-exchange.ts'
import type { ChatMessage, Llm } from './llm.ts'

/** Where GigaChat answers; its tokens come from another host. */
export const GIGACHAT_URL = 'https://gigachat.devices.sberbank.ru'
const GIGACHAT_AUTH_URL = 'https://ngw.devices.sberbank.ru:9443'

/** What a client of GigaChat needs. It owns none of it: who made the dispatcher closes it. */
export interface GigaChatOptions {
  readonly url: string
  /** Where tokens come from. Default: GigaChat's own host for them where `url` is GigaChat's, else `url`. */
  readonly authUrl?: string | undefined
  /** The authorization key: base64 of `client id:client secret`, as the developer's page shows it. */
  readonly key: string
  /** The kind of contract. Default `'GIGACHAT_API_PERS'`. */
  readonly scope?: 'GIGACHAT_API_PERS' | 'GIGACHAT_API_B2B' | 'GIGACHAT_API_CORP' | undefined
  /** Default `'GigaChat'`. */
  readonly model?: string | undefined
  readonly dispatcher: Dispatcher
  /** The limits of a call: see `GIGACHAT_PIPELINE`. */
  readonly pipeline: Pipeline<never>
  readonly clock?: Clock | undefined
  readonly logger: Logger
}

const OAUTH_PATH = '/api/v2/oauth'
const CHAT_PATH = '/api/v1/chat/completions'
const TEMPERATURE = 0.4
const MAX_TOKENS = 600

/** A client of GigaChat's HTTP API. Each call runs in the pipeline, whose errors it rejects with. */
export function createGigaChat(options: GigaChatOptions): Llm {
  const client = new GigaChat(options)
  return {
    complete: (messages, { signal } = {}) =>
      options.pipeline.run((attempt) => client.complete(messages, attempt.signal), { signal }),
  }
}

class GigaChat {
  readonly #options: GigaChatOptions
  readonly #clock: Clock
  readonly #token: AccessToken
  readonly #url: string
  readonly #authUrl: string

  constructor(options: GigaChatOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#token = new AccessToken({ renew: (signal) => this.#renew(signal), clock: this.#clock })
    this.#url = trimmed(options.url)
    this.#authUrl = trimmed(options.authUrl ?? (this.#url === GIGACHAT_URL ? GIGACHAT_AUTH_URL : this.#url))
  }

  /** One attempt. A token that is refused is replaced within it, once: it may have been revoked, or a clock may be wrong. */
  async complete(messages: readonly ChatMessage[], signal: AbortSignal): Promise<string> {
    const token = await this.#token.get(signal)
    try {
      return await this.#ask(messages, token, signal)
    } catch (error) {
      if (!(error instanceof GigaChatStatusError) || error.status !== 401) throw error
      this.#token.discard(token)
    }
    return this.#ask(messages, await this.#token.get(signal), signal)
  }

  async #ask(messages: readonly ChatMessage[], token: string, signal: AbortSignal): Promise<string> {
    const model = this.#options.model ?? 'GigaChat'
    const body = JSON.stringify({ model, messages, temperature: TEMPERATURE, max_tokens: MAX_TOKENS })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const { text, ...figures } = chatAnswer(await this.#post(this.#url, CHAT_PATH, headers, body, signal), CHAT_PATH)
    this.#options.logger.debug('the model answered', { ...figures, characters: text.length })
    return text
  }

  async #renew(signal: AbortSignal): Promise<IssuedToken> {
    const body = `scope=${this.#options.scope ?? 'GIGACHAT_API_PERS'}`
    const headers = {
      authorization: `Basic ${this.#options.key}`,
      'content-type': 'application/x-www-form-urlencoded',
      rquid: randomUUID(),
    }
    const token = tokenAnswer(await this.#post(this.#authUrl, OAUTH_PATH, headers, body, signal), OAUTH_PATH)
    this.#options.logger.debug('the token of the model is renewed', { expires: new Date(token.expires_at) })
    return { value: token.access_token, expiresAt: token.expires_at }
  }

  #post(
    url: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { dispatcher } = this.#options
    return exchangeJson({ dispatcher, url, path, headers, body, signal, now: () => this.#clock.now() })
  }
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '')
}
