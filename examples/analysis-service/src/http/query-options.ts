import { type AnalysisOptions, resolveAnalysisOptions } from '../analysis/analysis-options.ts'
import { RefusedError } from './refused-error.ts'

/** The options of an analysis, as a query has them: `?pauseSeconds=0.3`. @throws RefusedError */
export function optionsOf(query: unknown): AnalysisOptions {
  const { pauseSeconds } = query as { readonly pauseSeconds?: unknown }
  if (pauseSeconds === undefined) return {}
  try {
    return resolveAnalysisOptions({ pauseSeconds: Number(pauseSeconds) })
  } catch (error) {
    throw new RefusedError(400, 'ERR_OPTION', (error as Error).message)
  }
}
