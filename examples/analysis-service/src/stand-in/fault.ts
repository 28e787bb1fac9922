import { z } from 'zod'

/** What can be told to go wrong, and for how many requests. */
export interface Fault {
  /**
   * `slow` answers after `ms`; `500` (with a long page) and `429` (with `Retry-After: retryAfterSeconds`) answer so; `reset` destroys the socket;
   * `mute` never answers; `wrongJson`, `emptyChoices` and `hugeBody` answer 200 with something that cannot be used;
   * `tokenRefused` answers 401: to the key, or to a token, which is then forgotten.
   */
  readonly kind: FaultKind
  /** Which requests it befalls. Default: those for tokens for `tokenRefused`, else those of the chat. */
  readonly on?: Endpoint | undefined
  /** The next so many requests. Default: until cleared. */
  readonly times?: number | undefined
  /** Of `slow`. Default 1000. */
  readonly ms?: number | undefined
  /** Of `429`. Default 1. */
  readonly retryAfterSeconds?: number | undefined
}

type FaultKind = (typeof KINDS)[number]
export type Endpoint = (typeof ENDPOINTS)[number]

const ENDPOINTS = ['oauth', 'chat'] as const
const KINDS = ['slow', '500', '429', 'reset', 'mute', 'wrongJson', 'emptyChoices', 'hugeBody', 'tokenRefused'] as const

const MAX_SLOW_MS = 600_000

/** A fault as the control endpoint takes it. */
export const FAULT: z.ZodType<Fault> = z.strictObject({
  kind: z.enum(KINDS),
  on: z.enum(ENDPOINTS).optional(),
  times: z.int().positive().optional(),
  ms: z.int().min(0).max(MAX_SLOW_MS).optional(),
  retryAfterSeconds: z.int().min(0).optional(),
})
