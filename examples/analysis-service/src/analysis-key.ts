import { createHash } from 'node:crypto'
import { type AnalysisOptions, resolveAnalysisOptions } from './analysis/analysis-options.ts'
import { PIPELINE_VERSION } from './analysis/pipeline-version.ts'
import { PROMPT_VERSION } from './feedback/prompt.ts'

/** The same recording with the same options, analysed by the same pipeline and written about by the same model. */
export function analysisKey(sha256: string, options: AnalysisOptions, writer: string): string {
  const { pauseSeconds } = resolveAnalysisOptions(options)
  return createHash('sha256')
    .update(JSON.stringify([sha256, PIPELINE_VERSION, pauseSeconds, writer, PROMPT_VERSION]))
    .digest('hex')
}
