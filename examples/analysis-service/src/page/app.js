// What the page does: sends one recording to the service and shows its answer. Everything that comes from a file's name or from
// the service gets into the page as text, never as markup.

import { showAnswer } from './answer-view.js'
import { byId, input } from './elements.js'
import { remember } from './history-view.js'
import { pauseChosen } from './pause-choice.js'
import { listenForWidths } from './picture.js'
import { ask, Failure } from './request.js'
import { showProgress, tell } from './status-view.js'

const fileInput = input('file')

/** The file that "Analyse again" sends. @type {File | undefined} */
let chosen
/** The request under way; a newer one calls it off. @type {AbortController | undefined} */
let running

listen()

function listen() {
  fileInput.addEventListener('change', () => {
    const files = [...(fileInput.files ?? [])]
    fileInput.value = '' // else the same file chosen again would be no change
    take(files)
  })
  byId('upload').addEventListener('submit', (event) => {
    event.preventDefault()
    if (chosen !== undefined) void analyse(chosen)
  })
  listenForDrops(document.documentElement)
  listenForWidths()
}

/** Files are taken anywhere on the page: beside the zone the browser would open them instead. @param {HTMLElement} page */
function listenForDrops(page) {
  page.addEventListener('dragover', (event) => {
    event.preventDefault()
    page.classList.add('is-dragging')
  })
  page.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) page.classList.remove('is-dragging')
  })
  page.addEventListener('drop', (event) => {
    event.preventDefault()
    page.classList.remove('is-dragging')
    take([...(event.dataTransfer?.files ?? [])])
  })
}

/** @param {File[]} files */
function take(files) {
  const [file] = files
  if (file === undefined) return
  if (files.length > 1)
    return tell('failed', '', `Those were ${files.length} files. Please send one recording at a time.`)
  void analyse(file)
}

/** @param {File} file */
async function analyse(file) {
  const pause = pauseChosen()
  if (pause === undefined) return
  running?.abort()
  const run = new AbortController()
  running = run
  chosen = file
  const stopProgress = showProgress(file)
  const started = performance.now()
  try {
    const answer = await ask(file, pause, run.signal)
    if (!run.signal.aborted) showAnswer(file.name, answer, performance.now() - started, pause)
  } catch (error) {
    if (!run.signal.aborted) showFailure(file.name, error, performance.now() - started)
  } finally {
    stopProgress()
    if (running === run) byId('result').setAttribute('aria-busy', 'false')
  }
}

/** @param {string} name @param {unknown} error @param {number} ms */
function showFailure(name, error, ms) {
  const isKnown = error instanceof Failure
  tell('failed', name, isKnown ? error.message : 'The answer could not be shown.')
  remember(name, 'failed', isKnown ? error.label : 'failed', ms, '')
  if (!isKnown) throw error
}
