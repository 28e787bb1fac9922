import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { feedbackText } from './feedback-text.ts'
import type { IssuedTokens } from './issued-tokens.ts'
import { jsonOf } from './read-body.ts'
import { sendJson } from './send-json.ts'

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
const SCOPE = /^GIGACHAT_API_(?:PERS|B2B|CORP)$/

const QUESTION = z.object({
  model: z.string().min(1),
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  temperature: z.number().positive().optional(),
  max_tokens: z.int().positive().optional(),
})

/** Gives a token to who has the key, as `POST /api/v2/oauth` does. */
export function answerOauth(
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
  { key, tokens }: { readonly key: string; readonly tokens: IssuedTokens },
): void {
  const { authorization, rquid } = request.headers
  if (!UUID.test(String(rquid))) return sendJson(response, 400, { code: 1, message: 'RqUID is required' })
  if (!SCOPE.test(new URLSearchParams(body).get('scope') ?? '')) {
    return sendJson(response, 400, { code: 5, message: 'scope is empty' })
  }
  if (authorization !== `Basic ${key}`) {
    return sendJson(response, 401, { code: 6, message: "credentials doesn't match db data" })
  }
  sendJson(response, 200, tokens.issue())
}

/** Answers a question of who has a token, as `POST /api/v1/chat/completions` does. */
export function answerChat(
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
  { tokens, now }: { readonly tokens: IssuedTokens; readonly now: () => number },
): void {
  if (!tokens.isValid(bearerOf(request))) return sendJson(response, 401, { status: 401, message: 'Token has expired' })
  const question = QUESTION.safeParse(jsonOf(body))
  if (!question.success) return sendJson(response, 422, { status: 422, message: 'Invalid params' })
  const { model, messages } = question.data
  const prompt = messages.map(({ content }) => content).join('\n')
  const content = feedbackText(prompt)
  sendJson(response, 200, {
    choices: [{ message: { role: 'assistant', content }, index: 0, finish_reason: 'stop' }],
    created: Math.floor(now() / 1_000),
    model: `${model}:stand-in`,
    object: 'chat.completion',
    usage: usageOf(prompt, content),
  })
}

/** The token of a request; empty where it has none. */
export function bearerOf(request: IncomingMessage): string {
  return /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
}

/** Four characters are about one token. */
function usageOf(prompt: string, content: string): Record<string, number> {
  const [asked, answered] = [Math.ceil(prompt.length / 4), Math.ceil(content.length / 4)]
  return { prompt_tokens: asked, completion_tokens: answered, total_tokens: asked + answered }
}
