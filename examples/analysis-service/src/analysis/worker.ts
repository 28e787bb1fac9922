import { readFile } from 'node:fs/promises'
import { workerData } from 'node:worker_threads'
import { getLogger, setupLogging, withContext, withRequestId } from '@org/json-logger'
import { analyse } from './analyse.ts'
import type { AnalysisOutcome, AnalysisTask, WorkerSetup } from './analysis-task.ts'
import { UnreadableAudioError } from './unreadable-audio-error.ts'
import { readWav } from './wav.ts'

// The main file of an analysing thread: nothing imports it, the pool loads it by its address.

const logging = setupLogging((workerData as WorkerSetup).logging)
const log = getLogger('service.analysis')

/** Analyses one recording; what is logged on the way has the request's id, and is written before the answer is given. */
export default async function runTask(task: AnalysisTask): Promise<AnalysisOutcome> {
  try {
    return await inContextOf(task, () => analyseFile(task))
  } finally {
    await logging.flush()
  }
}

async function analyseFile({ path, options }: AnalysisTask): Promise<AnalysisOutcome> {
  const started = performance.now()
  const bytes = await readFile(path)
  log.debug('Analysing recording', { bytes: bytes.length })
  // The computation leaves the loop no turn to write in.
  logging.flushSync()
  try {
    const acoustics = analyse(readWav(bytes), options)
    const ms = Math.round(performance.now() - started)
    log.info('Recording analysed', { bytes: bytes.length, seconds: acoustics.durationSeconds, ms })
    return { acoustics }
  } catch (error) {
    if (!(error instanceof UnreadableAudioError)) throw error
    log.info('Recording cannot be analysed', { bytes: bytes.length, reason: error.message })
    return { unreadable: error.message }
  }
}

function inContextOf<T>({ requestId, traceparent }: AnalysisTask, work: () => T): T {
  const traced = (): T => (traceparent === undefined ? work() : withContext({ traceparent }, work))
  return requestId === undefined ? traced() : withRequestId(requestId, traced)
}
