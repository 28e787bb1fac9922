import { availableParallelism } from 'node:os'
import { Breaker, Bulkhead, type Clock, pipeline } from '@org/breaker'
import { getLogger, setupLogging } from '@org/json-logger'
import { memoryTier, type Tier, TieredCache, type TieredCacheOptions } from '@org/tiered-cache'
import { diskTier } from '@org/tiered-cache/disk'
import { redisBus, redisTier } from '@org/tiered-cache/redis'
import { createAcousticAnalyzer } from './analysis/acoustic-analyzer.ts'
import { type Analysis, AnalysisService } from './analysis-service.ts'
import type { Config, GigaChatAccess } from './config.ts'
import { logBreaker } from './feedback/breaker-log.ts'
import { createFeedback, type FeedbackFor } from './feedback/feedback-service.ts'
import { createGigaChat } from './feedback/gigachat-client.ts'
import { gigaChatDispatcher } from './feedback/gigachat-dispatcher.ts'
import { GIGACHAT_BREAKER, GIGACHAT_PIPELINE } from './feedback/gigachat-limits.ts'
import { cacheReport, type CacheReport } from './http/cache-stats.ts'
import { pipelineReport, type PipelineReport } from './http/pipeline-stats.ts'
import { RefusedError } from './http/refused-error.ts'
import { ServedFrom } from './served-from.ts'
import { Uploads } from './upload.ts'

/** The service without its HTTP side. */
export interface Service {
  readonly analysis: AnalysisService
  readonly uploads: Uploads
  cacheReport(): Promise<CacheReport>
  pipelineReport(): PipelineReport
  /** Aborted by `stop`, with what all that come or wait are told. */
  readonly stopping: AbortSignal
  /** Begins no analysis any more; those that run go on. */
  stop(): void
  /** Waits a while for what is under way, then ends it; logging is closed last. */
  close(): Promise<void>
}

export interface ComposeOptions {
  readonly config: Config
  readonly gigaChat: GigaChatAccess
  /** Of the model's breaker alone. Default: the machine's. */
  readonly breakerClock?: Clock | undefined
  /** Default `'stdout'`. */
  readonly console?: 'stdout' | false | undefined
}

/** Of analyses in memory, however many entries they are: one takes some 10 KB. */
const MEMORY_BYTES = '64mb'
/** Of all files in the cache directory. */
const DISK_BYTES = '1gb'
/** So long an analysis waits for its turn before its client is told to come back. */
const QUEUE_TIMEOUT = '60s'
/** Of all that is in Redis. */
const REDIS_PREFIX = 'analysis:'
/** Largest uploads that may be on their way in, or be answered from the cache, while all places and the queue are taken. */
const MORE_UPLOADS = 4

/**
 * Makes every part and gives each what it needs: the one place that knows which libraries there are. Resolves when it is
 * known which tiers answer.
 */
export async function compose({ config, gigaChat, breakerClock, console }: ComposeOptions): Promise<Service> {
  const { maxParallel, maxQueue, maxUploadBytes: maxBytes } = config
  const lines = { level: config.logLevel, file: config.logFile, console }
  const logging = setupLogging(lines)
  const bus = busOf(config)
  const cache = new TieredCache<Analysis>({
    tiers: tiersOf(config),
    bus,
    ttl: config.cacheTtlMs,
    logger: getLogger('service.cache'),
  })
  const servedFrom = new ServedFrom(cache)
  const bulkhead = new Bulkhead({
    name: 'analyses',
    maxConcurrent: maxParallel,
    maxQueue,
    queueTimeout: QUEUE_TIMEOUT,
  })
  const analyzer = createAcousticAnalyzer({ threads: Math.min(maxParallel, availableParallelism()), logging: lines })
  const breaker = new Breaker({ ...GIGACHAT_BREAKER, clock: breakerClock })
  const dispatcher = gigaChatDispatcher({ caFile: gigaChat.caFile })
  const feedbackFor = feedbackOf(gigaChat, breaker, dispatcher)
  const maxTotalBytes = (maxParallel + maxQueue + MORE_UPLOADS) * maxBytes
  const uploads = await Uploads.open({ maxBytes, maxTotalBytes })
  const stop = new AbortController()
  const stopping = stop.signal
  const parts = { cache, servedFrom, bulkhead, analyzer, feedbackFor, stopping }
  await cache.ready()
  return {
    analysis: new AnalysisService({ ...parts, writer: writerOf(gigaChat), ttlMs: config.cacheTtlMs }),
    uploads,
    cacheReport: () => cacheReport(cache, servedFrom),
    pipelineReport: () => pipelineReport(bulkhead, breaker),
    stopping,
    stop: () => stop.abort(new RefusedError(503, 'ERR_BUSY', 'the service is stopping, come back later')),
    async close() {
      // The cache first: what it still loads needs the others.
      await cache.close()
      await analyzer.close()
      await dispatcher.destroy()
      await uploads.close()
      await logging.close()
    },
  }
}

/** Whose feedback is kept under which key. */
export function writerOf({ name = 'gigachat' }: GigaChatAccess): string {
  return name
}

/** Fastest first. */
function tiersOf({ memoryEntries, redisUrl, cacheDir }: Config): readonly Tier[] {
  const memory = memoryTier({ maxEntries: memoryEntries, maxBytes: MEMORY_BYTES })
  const disk = diskTier({ directory: cacheDir, maxBytes: DISK_BYTES })
  if (redisUrl === undefined) return [memory, disk]
  return [memory, redisTier({ url: redisUrl, prefix: REDIS_PREFIX }), disk]
}

/** By it each node hears of what the others write, and drops its own copy. */
function busOf({ redisUrl }: Config): TieredCacheOptions['bus'] {
  return redisUrl === undefined ? undefined : redisBus({ url: redisUrl, stream: 'analysis-bus' })
}

function feedbackOf(
  { url, authUrl, key }: GigaChatAccess,
  breaker: Breaker,
  dispatcher: ReturnType<typeof gigaChatDispatcher>,
): FeedbackFor {
  const logger = getLogger('service.llm')
  logBreaker(breaker, logger)
  const limits = pipeline({ ...GIGACHAT_PIPELINE, breaker })
  const llm = createGigaChat({ url, authUrl, key, dispatcher, pipeline: limits, logger })
  return createFeedback({ llm, logger })
}
