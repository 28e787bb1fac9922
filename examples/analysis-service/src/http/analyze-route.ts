import multipart from '@fastify/multipart'
import { getRequestId } from '@org/json-logger'
import type { FastifyInstance } from 'fastify'
import type { AnalysisAnswer, AnalysisService } from '../analysis-service.ts'
import { formLimits, type Upload, type Uploads, WAV_TYPES } from '../upload.ts'
import type { AnalysisResponse, Timings } from './analysis-response.ts'
import { lingerAfterAnswers } from './lingering-answer.ts'
import { optionsOf } from './query-options.ts'

export interface AnalyzeRouteParts {
  readonly analysis: AnalysisService
  readonly uploads: Uploads
  /** Once it is aborted, its reason is the answer to all that come. */
  readonly stopping: AbortSignal
}

/** `POST /analyze?pauseSeconds=0.3` with a recording, see {@link AnalysisResponse}. */
export async function analyzeRoute(server: FastifyInstance, parts: AnalyzeRouteParts): Promise<void> {
  const { analysis, uploads, stopping } = parts
  server.removeAllContentTypeParsers()
  await server.register(multipart, formLimits(uploads.maxBytes))
  // The body is left in its stream: it is written to a file as it comes.
  server.addContentTypeParser([...WAV_TYPES], (_request, _body, done) => done(null))
  lingerAfterAnswers(server)

  server.post('/analyze', async (request, reply): Promise<AnalysisResponse> => {
    stopping.throwIfAborted()
    const options = optionsOf(request.query)
    const began = performance.now()
    return uploads.with(request, async (upload) => {
      const received = performance.now()
      const answer = await analysis.analyse(upload, options)
      const timings = { uploadMs: rounded(received - began), analysisMs: rounded(performance.now() - received) }
      reply.header('cache-status', cacheStatus(answer.from)).header('server-timing', serverTiming(timings))
      return responseOf(upload, answer, timings)
    })
  })
}

/** RFC 9211. What is shared was asked for by another request. */
function cacheStatus(from: AnalysisAnswer['from']): string {
  if (from === 'computed') return 'analysis; fwd=miss; stored'
  return from === 'shared' ? 'analysis; fwd=miss; collapsed' : `analysis; hit; detail=${from}`
}

function serverTiming({ uploadMs, analysisMs }: Timings): string {
  return `upload;dur=${uploadMs}, analysis;dur=${analysisMs}`
}

function responseOf({ sha256 }: Upload, { analysis, from }: AnalysisAnswer, timings: Timings): AnalysisResponse {
  const source = from === 'shared' ? 'computed' : from
  return { requestId: getRequestId() ?? '', sha256, ...analysis, source, timings }
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100
}
