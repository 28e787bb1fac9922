import { getRequestId } from '@org/json-logger'
import type { FastifyInstance } from 'fastify'
import type { AnalysisService } from '../analysis-service.ts'
import { operatorsOnly, type OperatorsOnlyOptions } from './operators-only.ts'
import { optionsOf } from './query-options.ts'
import { RefusedError } from './refused-error.ts'

export interface ForgetRouteParts {
  readonly analysis: AnalysisService
  /** Once it is aborted, its reason is the answer to all that come. */
  readonly stopping: AbortSignal
  readonly access: OperatorsOnlyOptions
}

/** What `DELETE /analyses/:sha256` answers while Redis is away. */
export interface PendingResponse {
  readonly requestId: string
  readonly sha256: string
  readonly reached: false
  readonly message: string
}

const SHA256 = /^[0-9a-f]{64}$/i

/** `DELETE /analyses/:sha256?pauseSeconds=0.3`, for operators: has an analysis done again, see {@link AnalysisService.forget}. */
export async function forgetRoute(server: FastifyInstance, parts: ForgetRouteParts): Promise<void> {
  const { analysis, stopping, access } = parts
  server.addHook('onRequest', operatorsOnly(access))

  server.delete('/analyses/:sha256', async (request, reply) => {
    // What could not be sent at once would be lost with the process.
    stopping.throwIfAborted()
    const sha256 = sha256Of(request.params)
    const { reached } = await analysis.forget(sha256, optionsOf(request.query))
    if (reached) return reply.code(204).send()
    return reply.code(202).send(pendingResponse(sha256))
  })
}

function pendingResponse(sha256: string): PendingResponse {
  const message = 'forgotten on this node; Redis and the other nodes are told as soon as Redis answers'
  return { requestId: getRequestId() ?? '', sha256, reached: false, message }
}

/** In small letters, as answers have it. */
function sha256Of(params: unknown): string {
  const { sha256 } = params as { readonly sha256: string }
  if (SHA256.test(sha256)) return sha256.toLowerCase()
  throw new RefusedError(400, 'ERR_SHA256', 'the address must end with the SHA-256 of a recording: 64 hex digits')
}
