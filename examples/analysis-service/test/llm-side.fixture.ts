import { Breaker, type Clock, type Pipeline, type PipelineOptions, pipeline } from '@org/breaker'
import { getLogger, type LogRecord, memorySink, setupLogging } from '@org/json-logger'
import { logBreaker } from '../src/feedback/breaker-log.ts'
import { createFeedback, type FeedbackFor } from '../src/feedback/feedback-service.ts'
import { createGigaChat } from '../src/feedback/gigachat-client.ts'
import { gigaChatDispatcher } from '../src/feedback/gigachat-dispatcher.ts'
import { GIGACHAT_BREAKER, GIGACHAT_PIPELINE } from '../src/feedback/gigachat-limits.ts'
import type { Llm } from '../src/feedback/llm.ts'
import { createStandIn, type StandIn } from '../src/stand-in/stand-in.ts'

/** All that stands between the figures and the model, as the service has it, with a stand-in for the model. */
export interface LlmSide {
  readonly standIn: StandIn
  readonly breaker: Breaker
  readonly guard: Pipeline<never>
  readonly llm: Llm
  readonly feedbackFor: FeedbackFor
  /** Every line that was logged, of all levels, with nothing redacted. */
  readonly records: readonly LogRecord[]
  close(): Promise<void>
}

export interface LlmSideOptions {
  readonly clock?: Clock
  /** Limits in place of the service's. */
  readonly limits?: PipelineOptions<never>
  /** In place of the one that the stand-in takes. */
  readonly key?: string
}

export async function startLlmSide({ clock, limits = {}, key }: LlmSideOptions = {}): Promise<LlmSide> {
  const sink = memorySink()
  const logging = setupLogging({ console: false, level: 'trace', redact: false, sinks: [sink] })
  const logger = getLogger('app.llm')
  const standIn = await createStandIn(clock === undefined ? {} : { now: () => clock.now() })
  const dispatcher = gigaChatDispatcher()
  const breaker = new Breaker({ ...GIGACHAT_BREAKER, clock })
  logBreaker(breaker, logger)
  const guard = pipeline({ ...GIGACHAT_PIPELINE, ...limits, breaker, clock })
  const { url } = standIn
  const llm = createGigaChat({ url, key: key ?? standIn.key, dispatcher, pipeline: guard, clock, logger })
  return {
    standIn,
    breaker,
    guard,
    llm,
    feedbackFor: createFeedback({ llm, logger }),
    records: sink.records,
    async close() {
      await dispatcher.destroy()
      await standIn.close()
      await logging.close()
    },
  }
}
