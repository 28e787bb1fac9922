// Shows an answer of the service: where it came from, its times, feedback, figures and picture.

/** @import { AnalysisResponse } from '../http/analysis-response.ts' */

import { byId, setText } from './elements.js'
import { showFigures } from './figures-view.js'
import { remember } from './history-view.js'
import { showPicture } from './picture.js'
import { tell } from './status-view.js'
import { milliseconds } from './words.js'

const SOURCES = { computed: 'computed', disk: 'disk', redis: 'Redis', memory: 'memory', failed: 'failed' }

/** How long it took to compute an answer, by recording and options. @type {Map<string, number>} */
const computedMs = new Map()

/**
 * Shows the answer and adds it to the history; `ms` is the round trip, `query` holds the options.
 * @param {string} name @param {AnalysisResponse} answer @param {number} ms @param {string} query
 */
export function showAnswer(name, answer, ms, query) {
  const { source, timings, acoustics, feedback } = answer
  tell('done', name, `${originWords(source)} in ${milliseconds(ms)}.${speedUp(answer, ms, query)}`)
  byId('result').dataset['state'] = 'shown'
  setText('result-title', name)
  byId('result-title').title = name
  setText('source', SOURCES[source])
  byId('source').dataset['source'] = source
  setText('round-trip', milliseconds(ms))
  setText('upload-ms', milliseconds(timings.uploadMs))
  setText('analysis-name', source === 'computed' ? 'Analysis' : 'Cache look-up')
  setText('analysis-ms', milliseconds(timings.analysisMs))
  setText('request-id', answer.requestId)
  showFeedback(feedback.text, feedback.source)
  showFigures(acoustics)
  showPicture(name, acoustics)
  remember(name, source, SOURCES[source], ms, `service ${milliseconds(timings.uploadMs + timings.analysisMs)}`)
}

/** @param {AnalysisResponse['source']} source */
function originWords(source) {
  return source === 'computed' ? 'Computed' : `Out of the cache (${SOURCES[source]})`
}

/** @param {AnalysisResponse} answer @param {number} ms @param {string} query */
function speedUp({ sha256, source }, ms, query) {
  const key = sha256 + query
  if (source === 'computed') computedMs.set(key, ms)
  const times = Math.round((computedMs.get(key) ?? 0) / ms)
  return times > 1 ? ` Computing it took ${times} times as long.` : ''
}

/** @param {string} text @param {'llm' | 'fallback'} source */
function showFeedback(text, source) {
  byId('feedback').dataset['source'] = source
  setText('feedback-text', text)
  setText(
    'feedback-source',
    source === 'llm'
      ? 'written by the language model'
      : 'Fallback: made from the figures alone, the language model did not answer',
  )
}
