import { BulkheadFullError, TimeoutError } from '@org/breaker'
import { getLogger, getRequestId } from '@org/json-logger'
import { CacheClosedError, LoadTimeoutError } from '@org/tiered-cache'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { UnreadableAudioError } from '../analysis/unreadable-audio-error.ts'
import type { ErrorResponse } from './analysis-response.ts'
import { RefusedError } from './refused-error.ts'

interface Failure {
  readonly status: number
  readonly code: string
  readonly message: string
}

const log = getLogger('service.http')

/** When to come back where nothing better is known: about what one analysis takes. */
const RETRY_AFTER_SECONDS = 5

interface FrameworkError extends Error {
  readonly statusCode: number
  readonly code: string
}

const BUSY: Failure = {
  status: 503,
  code: 'ERR_BUSY',
  message: 'too many recordings wait to be analysed, come back later',
}
const WRONG_TYPE: Failure = { status: 415, code: 'ERR_UPLOAD_TYPE', message: 'send a WAV recording' }
const TOO_LONG: Failure = { status: 504, code: 'ERR_ANALYSIS_TIMEOUT', message: 'the analysis took too long' }
const OURS: Failure = {
  status: 500,
  code: 'ERR_INTERNAL',
  message: 'something went wrong here; the log has it under the id of the request',
}

/** Answers a request that failed. What is not the client's to know is in the log alone. */
export function answerError(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const failure = failureOf(error)
  if (failure === OURS) log.error('a request failed', { error })
  if (failure.status === 503) reply.header('retry-after', retryAfterSeconds(error))
  reply.code(failure.status).send(bodyOf(failure))
}

export function answerNotFound(_request: FastifyRequest, reply: FastifyReply): void {
  reply.code(404).send(bodyOf({ status: 404, code: 'ERR_NOT_FOUND', message: 'there is nothing at this address' }))
}

function bodyOf({ code, message }: Failure): ErrorResponse {
  return { requestId: getRequestId() ?? '', error: { code, message } }
}

function failureOf(error: unknown): Failure {
  if (error instanceof RefusedError) return error
  if (error instanceof UnreadableAudioError) {
    return { status: 422, code: 'ERR_AUDIO_UNREADABLE', message: error.message }
  }
  if (error instanceof LoadTimeoutError) return TOO_LONG
  if (isRefusalForNow(error)) return BUSY
  return isOfFramework(error) ? requestFault(error) : OURS
}

/** The framework's codes are its own: clients see ours. */
function requestFault({ code, statusCode: status, message }: FrameworkError): Failure {
  return code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ? WRONG_TYPE : { status, code: 'ERR_REQUEST', message }
}

function isRefusalForNow(error: unknown): boolean {
  return error instanceof BulkheadFullError || error instanceof TimeoutError || error instanceof CacheClosedError
}

/** What Fastify finds wrong with a request before any handler sees it: a media type, a length, a URL. */
function isOfFramework(error: unknown): error is FrameworkError {
  if (!(error instanceof Error) || !('statusCode' in error) || !('code' in error)) return false
  const { statusCode, code } = error
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 && String(code).startsWith('FST_')
}

function retryAfterSeconds(error: unknown): number {
  const known = error instanceof BulkheadFullError ? error.retryAfterMs : undefined
  return known === undefined ? RETRY_AFTER_SECONDS : Math.max(1, Math.ceil(known / 1_000))
}
