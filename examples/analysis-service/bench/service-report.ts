import type { AnalysisAnswer, AnalysisService } from '../src/analysis-service.ts'

/** What a service tells of itself. */
export interface ServiceReport {
  /** Of all its threads, since it began. */
  readonly cpuMs: number
  readonly rssBytes: number
  /** Since the last report: from where answers came, and how long each look-up took. */
  readonly answers: Readonly<Partial<Record<AnalysisAnswer['from'], number>>>
  readonly lookupsMs: readonly number[]
}

/** Watches every answer of `analysis`; the function gives what was seen since its last call. */
export function watchAnswers(analysis: AnalysisService): () => ServiceReport {
  let answers: Partial<Record<AnalysisAnswer['from'], number>> = {}
  let lookupsMs: number[] = []
  const analyse = analysis.analyse.bind(analysis)
  analysis.analyse = async (upload, options) => {
    const began = performance.now()
    const answer = await analyse(upload, options)
    lookupsMs.push(performance.now() - began)
    answers[answer.from] = (answers[answer.from] ?? 0) + 1
    return answer
  }
  return () => {
    const { user, system } = process.cpuUsage()
    const report = { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss(), answers, lookupsMs }
    answers = {}
    lookupsMs = []
    return report
  }
}
