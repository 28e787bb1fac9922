import type { Bulkhead } from '@org/breaker'
import { getLogger, getRequestId } from '@org/json-logger'
import type { Acknowledged, LoadContext, TieredCache } from '@org/tiered-cache'
import type { AcousticAnalyzer } from './analysis/acoustic-analyzer.ts'
import type { Acoustics } from './analysis/acoustics.ts'
import type { AnalysisOptions } from './analysis/analysis-options.ts'
import { analysisKey } from './analysis-key.ts'
import type { Feedback } from './feedback/feedback.ts'
import type { FeedbackFor } from './feedback/feedback-service.ts'
import type { ServedFrom } from './served-from.ts'
import type { Upload } from './upload.ts'

/** What is known of a recording: what the cache keeps. */
export interface Analysis {
  readonly acoustics: Acoustics
  readonly feedback: Feedback
}

/** An analysis, and how it was come by. */
export interface AnalysisAnswer {
  readonly analysis: Analysis
  /** The tier that had it; `computed`: by this call; `shared`: by another call, which was under way already. */
  readonly from: 'memory' | 'redis' | 'disk' | 'computed' | 'shared'
}

export interface AnalysisServiceParts {
  readonly cache: TieredCache<Analysis>
  readonly servedFrom: ServedFrom
  /** How many analyses run at once, the wait for the model included. */
  readonly bulkhead: Bulkhead
  readonly analyzer: AcousticAnalyzer
  readonly feedbackFor: FeedbackFor
  /** Who writes the feedback: what one has written is not served as another's. */
  readonly writer: string
  /** How long an analysis is kept. */
  readonly ttlMs: number
  /** Once it is aborted, its reason is what becomes of all that wait for their turn. Those that run go on. */
  readonly stopping: AbortSignal
}

const log = getLogger('service.analysis')

/** Feedback without the model is kept only so long: the model may be back. */
const FALLBACK_TTL_MS = 30_000

/** Analyses recordings, each once: from the cache, else figures first and then the feedback on them. */
export class AnalysisService {
  readonly #parts: AnalysisServiceParts

  constructor(parts: AnalysisServiceParts) {
    this.#parts = parts
  }

  /**
   * The analysis of an upload. It goes on for the cache when nobody waits for it any more.
   * @throws the reason of `stopping`, UnreadableAudioError, BulkheadFullError, TimeoutError, LoadTimeoutError; TypeError or RangeError for a wrong option
   */
  async analyse(upload: Upload, options: AnalysisOptions): Promise<AnalysisAnswer> {
    const { cache, servedFrom, writer } = this.#parts
    const key = analysisKey(upload.sha256, options, writer)
    let isOwn = false
    const load = (context: LoadContext<Analysis>): Promise<Analysis> => {
      isOwn = true
      return this.#compute(upload, options, context)
    }
    const { value, tier } = await servedFrom.watch(() => cache.getOrSet(key, load))
    if (tier !== undefined) return { analysis: value, from: tier as AnalysisAnswer['from'] }
    return { analysis: value, from: isOwn ? 'computed' : 'shared' }
  }

  /**
   * Forgets the analysis of a recording on all nodes: the next request for it computes it, and what is being computed is kept
   * nowhere. This node has forgotten when it resolves, the others a moment later. Not `reached`: Redis did not take it; it is kept
   * in memory, and sent again until Redis has.
   * @throws TypeError or RangeError for a wrong option, CacheClosedError
   */
  async forget(sha256: string, options: AnalysisOptions): Promise<Acknowledged> {
    const { cache, writer } = this.#parts
    const { reached } = await cache.delete(analysisKey(sha256, options, writer))
    log.info('Analysis forgotten', { sha256, ...options, reached })
    return { reached }
  }

  async #compute(upload: Upload, options: AnalysisOptions, context: LoadContext<Analysis>): Promise<Analysis> {
    const { bulkhead, analyzer, feedbackFor, ttlMs, stopping } = this.#parts
    const { signal, setTtl } = context
    const analysis = await bulkhead.run(
      async (): Promise<Analysis> => {
        const acoustics = await analyzer.analyse(upload.path, options, { requestId: getRequestId(), signal })
        return { acoustics, feedback: await feedbackFor(acoustics, { signal }) }
      },
      // The load's own signal would come too late for those who wait: its limit is longer than that of the queue.
      { signal: stopping },
    )
    if (analysis.feedback.source === 'fallback') setTtl(Math.min(ttlMs, FALLBACK_TTL_MS))
    return analysis
  }
}
