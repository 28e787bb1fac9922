import { z } from 'zod'
import { GigaChatAnswerError } from './gigachat-errors.ts'

/** What `/api/v2/oauth` answers. */
export interface TokenAnswer {
  readonly access_token: string
  /** Epoch milliseconds. */
  readonly expires_at: number
}

/** What is read of the answer of `/api/v1/chat/completions`. */
export interface ChatAnswer {
  readonly text: string
  readonly model: string | undefined
  readonly promptTokens: number | undefined
  readonly completionTokens: number | undefined
}

/** Its documents have instants in milliseconds and in seconds; in milliseconds the latter would be in January 1970. */
const EPOCH_MS = z
  .number()
  .positive()
  .transform((at) => (at < 1e11 ? at * 1000 : at))

/** A token goes into a header: no other characters, and not without end. */
const TOKEN = z.object({ access_token: z.string().regex(/^[\x21-\x7e]{1,8192}$/), expires_at: EPOCH_MS })

const CHAT = z.object({
  choices: z.array(
    z.object({ message: z.object({ content: z.string().trim().min(1) }), finish_reason: z.string().optional() }),
  ),
  model: z.string().optional(),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).optional(),
})

/** With these GigaChat puts a phrase of its own in the place of an answer: its moderation has stepped in, or it has failed. */
const NO_ANSWER: ReadonlySet<string> = new Set(['blacklist', 'error'])

/** @throws GigaChatAnswerError where it is no token. */
export function tokenAnswer(json: unknown, path: string): TokenAnswer {
  return checked(TOKEN, json, path)
}

/** @throws GigaChatAnswerError where it holds no text. */
export function chatAnswer(json: unknown, path: string): ChatAnswer {
  const { choices, model, usage } = checked(CHAT, json, path)
  const [choice] = choices
  if (choice === undefined) throw new GigaChatAnswerError(path, 'has no choices')
  const reason = choice.finish_reason ?? ''
  if (NO_ANSWER.has(reason)) throw new GigaChatAnswerError(path, `has the finish_reason ${reason}`)
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = usage ?? {}
  return { text: choice.message.content, model, promptTokens, completionTokens }
}

/** Where it is wrong is told, what it holds instead is not. */
function checked<T>(schema: z.ZodType<T>, json: unknown, path: string): T {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const places = result.error.issues.map((issue) => issue.path.join('.') || 'the whole')
  throw new GigaChatAnswerError(path, `has another shape: ${[...new Set(places)].slice(0, 5).join(', ')}`)
}
