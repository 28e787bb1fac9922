// The line under the form: what is being done, or what came of it.

import { button, byId, setText } from './elements.js'
import { fileSize } from './words.js'

/**
 * Shows the state; `name` is of the recording, or empty.
 * @param {'busy' | 'done' | 'failed'} state @param {string} name @param {string} words
 */
export function tell(state, name, words) {
  byId('status').dataset['state'] = state
  setText('status-name', name)
  setText('status-words', words.replaceAll(/\s+/g, ' ').trim())
}

/** Counts the seconds beside the words; the function that is returned ends it. @param {File} file */
export function showProgress(file) {
  const started = performance.now()
  const count = () => setText('elapsed', `${((performance.now() - started) / 1000).toFixed(1)} s`)
  const timer = setInterval(count, 100)
  tell('busy', file.name, `Sending and analysing ${fileSize(file.size)} …`)
  button('again').disabled = false
  byId('result').setAttribute('aria-busy', 'true')
  count()
  return () => {
    clearInterval(timer)
    if (byId('status').dataset['state'] !== 'busy') setText('elapsed', '')
  }
}
