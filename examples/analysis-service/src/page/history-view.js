// The list of every request since the page was opened, with bars to compare how long they took.

import { byId, html } from './elements.js'
import { milliseconds } from './words.js'

/** Every request since the page was opened. @type {{ bar: HTMLElement, ms: number }[]} */
const requests = []

/**
 * Adds a request on top; `source` gives the colour, `label` the words of its badge.
 * @param {string} name @param {string} source @param {string} label @param {number} ms @param {string} aside
 */
export function remember(name, source, label, ms, aside) {
  byId('history-hint').hidden = true
  const bar = html('span', '', '')
  bar.dataset['source'] = source
  const badge = html('span', 'badge', label)
  badge.dataset['source'] = source
  const title = html('span', 'name one-line', name)
  title.title = name
  const track = html('span', 'bar', '')
  track.append(bar)
  const row = html('li', '', '')
  row.append(title, html('span', 'took', milliseconds(ms)), badge, html('span', 'hint', aside), track)
  byId('history').prepend(row)
  requests.push({ bar, ms })
  const longest = Math.max(...requests.map((request) => request.ms))
  for (const request of requests) request.bar.style.width = `${(100 * request.ms) / longest}%`
}
