// Asks the service to analyse one recording; whatever goes wrong becomes a Failure.

/** @import { AnalysisResponse } from '../http/analysis-response.ts' */

/** What went wrong, in words for whoever uploads; `label` is for the history. */
export class Failure extends Error {
  /** @param {string} message @param {string} label */
  constructor(message, label) {
    super(message)
    this.label = label
  }
}

/**
 * Sends the recording and gives the answer; throws a Failure.
 * @param {File} file @param {string} query @param {AbortSignal} signal @returns {Promise<AnalysisResponse>}
 */
export async function ask(file, query, signal) {
  await mustBeReadable(file)
  const request = { method: 'POST', headers: { 'content-type': 'audio/wav' }, body: file, signal }
  const response = await fetch(`analyze${query}`, request).catch(() => {
    throw new Failure(
      'The service could not be reached, or it broke off the upload. Is it running? Then try again.',
      'no answer',
    )
  })
  const answer = await response.json().catch(() => undefined)
  if (!response.ok) throw refusal(response, answer)
  if (Array.isArray(answer?.acoustics?.curves?.waveform)) return answer
  throw new Failure('The service gave an answer that this page does not understand.', 'unreadable')
}

/** `fetch` would call a folder, or a file that was changed since, a failure of the network. @param {File} file */
async function mustBeReadable(file) {
  await file
    .slice(0, 1)
    .arrayBuffer()
    .catch(() => {
      throw new Failure(
        'The file could not be read: it is a folder, or was moved or changed. Choose it again.',
        'unread',
      )
    })
}

/** @param {Response} response @param {any} answer */
function refusal(response, answer) {
  const { status } = response
  const message = answer?.error?.message
  const said = typeof message === 'string' && message !== '' ? `: ${message.replace(/\.$/, '')}.` : '.'
  const label = `failed, ${status}`
  if (status === 503 || status === 429) return new Failure(`The service is busy. ${retryWords(response)}`, label)
  if (status === 413) return new Failure(`The recording is too large${said}`, label)
  if (status < 500) return new Failure(`The recording was not analysed (${status})${said}`, label)
  const request = answer?.requestId ?? response.headers.get('x-request-id')
  const id = typeof request === 'string' ? `Its operator finds the request as ${request}.` : ''
  return new Failure(`The service failed (${status})${said} ${id}`, label)
}

/** @param {Response} response */
function retryWords(response) {
  const after = response.headers.get('retry-after') ?? ''
  const seconds = /^\d+$/.test(after) ? Number(after) : Math.ceil((Date.parse(after) - Date.now()) / 1000)
  if (!(seconds > 0)) return 'Try again in a moment.'
  return `Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`
}
