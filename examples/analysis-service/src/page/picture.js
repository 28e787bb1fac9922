// The picture of the recording: its waveform, with the pauses shaded, the pitch curve over it and the time below.

/** @import { Acoustics, Pause } from '../analysis/acoustics.ts' */
/** @import { Box, Scale } from './scale.js' */

import { byId, svg } from './elements.js'
import { pitchCurve } from './pitch-curve.js'
import { scale, ticksOf } from './scale.js'
import { decimals, duration, minutes } from './words.js'

const picture = byId('picture')

/** What the picture shows, to be drawn anew in another width. @type {{ name: string, acoustics: Acoustics } | undefined} */
let shown

/** Draws the recording in place of the one before. @param {string} name @param {Acoustics} acoustics */
export function showPicture(name, acoustics) {
  shown = { name, acoustics }
  drawShown()
}

/** Has the picture drawn anew whenever its room changes. */
export function listenForWidths() {
  new ResizeObserver(drawShown).observe(picture)
}

function drawShown() {
  const { clientWidth: width, clientHeight: height } = picture
  if (shown === undefined || width === 0) return
  const { name, acoustics } = shown
  const box = { left: 46, top: 28, right: width - 14, bottom: height - 26 }
  const image = svg('svg', { width, height, role: 'img', 'aria-label': pictureWords(name, acoustics) })
  const x = scale(0, acoustics.durationSeconds, box.left, box.right)
  image.append(...pauseShades(acoustics.pauses, x, box), ...timeAxis(acoustics.durationSeconds, x, box))
  image.append(waveform(acoustics.curves.waveform, box), ...pitchCurve(acoustics, box))
  picture.replaceChildren(image)
}

/** @param {string} name @param {Acoustics} acoustics */
function pictureWords(name, { durationSeconds, pauseCount, pitch }) {
  const voice =
    pitch === undefined ? 'no pitch' : `a pitch of ${decimals(pitch.lowHz, 0)} to ${decimals(pitch.highHz, 0)} Hz`
  const count = `${pauseCount} ${pauseCount === 1 ? 'pause' : 'pauses'}`
  return `Waveform of ${name}: ${duration(durationSeconds).join(' ')}, ${voice}, ${count}`
}

/** @param {readonly Pause[]} pauses @param {Scale} x @param {Box} box */
function pauseShades(pauses, x, { left, top, right, bottom }) {
  const hasEdges = pauses.length < (right - left) / 8 // of more, the edges would hide all the rest
  let taken = left // before it stands the unit of the pitch
  return pauses.map(({ startSeconds, seconds }) => {
    const [from, to] = [x(startSeconds), x(startSeconds + seconds)]
    const words = `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`
    const group = svg('g', { class: 'pause' }, svg('title', {}, `Pause of ${words}`))
    group.append(svg('rect', { x: from, y: top, width: to - from, height: bottom - top }))
    if (hasEdges) group.append(svg('path', { d: `M${from} ${top}V${bottom}M${to} ${top}V${bottom}` }))
    const [middle, half] = [(from + to) / 2, words.length * 3.6]
    if (middle - half > taken && middle + half < right) {
      taken = middle + half
      group.append(svg('text', { x: middle, y: top - 9, 'text-anchor': 'middle' }, words))
    }
    return group
  })
}

/** @param {number} seconds @param {Scale} x @param {Box} box */
function timeAxis(seconds, x, { left, right, bottom }) {
  const ticks = ticksOf(0, seconds, (right - left) / 70)
  const places = Math.max(0, -Math.floor(Math.log10((ticks[1] ?? 1) - (ticks[0] ?? 0))))
  const line = svg('path', { class: 'grid', d: `M${left} ${bottom + 0.5}H${right}` })
  const labels = ticks.map((at) => {
    const words = seconds < 60 ? `${at.toFixed(places)} s` : minutes(at)
    return svg('text', { class: 'tick', x: x(at), y: bottom + 17, 'text-anchor': 'middle' }, words)
  })
  return [line, ...labels]
}

/** Upright bars around the middle: of the points under a bar the loudest. @param {readonly number[]} peaks @param {Box} box */
function waveform(peaks, { left, top, right, bottom }) {
  const count = Math.max(1, Math.min(peaks.length, Math.floor((right - left) / 3)))
  const step = (right - left) / count
  const [middle, half] = [(top + bottom) / 2, (bottom - top) / 2 - 2]
  const strokes = Array.from({ length: count }, (_, at) => {
    const points = peaks.slice(Math.floor((at * peaks.length) / count), Math.ceil(((at + 1) * peaks.length) / count))
    const size = Math.max(0.4, half * Math.min(1, Math.max(0, ...points)))
    return `M${(left + (at + 0.5) * step).toFixed(1)} ${(middle - size).toFixed(1)}v${(2 * size).toFixed(1)}`
  })
  return svg('path', { class: 'waveform', 'stroke-width': Math.min(3, step * 0.62), d: strokes.join('') })
}
