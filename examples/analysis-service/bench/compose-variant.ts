import { Bulkhead } from '@org/breaker'
import { TieredCache } from '@org/tiered-cache'
import { diskTier } from '@org/tiered-cache/disk'
import { createAcousticAnalyzer } from '../src/analysis/acoustic-analyzer.ts'
import { type Analysis, type AnalysisAnswer, AnalysisService } from '../src/analysis-service.ts'
import { compose, type ComposeOptions, type Service, writerOf } from '../src/compose.ts'
import { fallbackFeedback } from '../src/feedback/fallback-feedback.ts'
import { ServedFrom } from '../src/served-from.ts'
import type { Variant } from './variant.ts'

/** The same HTTP side, uploads and log in front of another look-up. */
export async function composeVariant(variant: Variant, options: ComposeOptions): Promise<Service> {
  if (variant === 'all tiers') return compose(options)
  const service = await compose({ ...options, config: { ...options.config, redisUrl: undefined } })
  if (variant === 'disk only') return withDiskAlone(service, options)
  keepAtHand(service.analysis)
  return service
}

/** As `src/compose.ts` makes it, with one tier. No model: what is asked of this variant has been analysed before. */
function withDiskAlone(service: Service, { config, gigaChat }: ComposeOptions): Service {
  const directory = `${config.cacheDir}-alone`
  const cache = new TieredCache<Analysis>({ tiers: [diskTier({ directory })], ttl: config.cacheTtlMs })
  const analysis = new AnalysisService({
    cache,
    servedFrom: new ServedFrom(cache),
    bulkhead: new Bulkhead({ name: 'analyses', maxConcurrent: config.maxParallel, maxQueue: config.maxQueue }),
    analyzer: createAcousticAnalyzer({ threads: 1, logging: { level: config.logLevel, console: false } }),
    feedbackFor: async (acoustics) => fallbackFeedback(acoustics),
    writer: writerOf(gigaChat),
    ttlMs: config.cacheTtlMs,
    stopping: service.stopping,
  })
  return { ...service, analysis }
}

function keepAtHand(analysis: AnalysisService): void {
  const known = new Map<string, AnalysisAnswer>()
  const analyse = analysis.analyse.bind(analysis)
  analysis.analyse = async (upload, options) => {
    const answer = known.get(upload.sha256) ?? (await analyse(upload, options))
    known.set(upload.sha256, answer)
    return answer
  }
}
