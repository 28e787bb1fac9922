// The pitch curve of the picture.

/** @import { Acoustics } from '../analysis/acoustics.ts' */
/** @import { Box } from './scale.js' */

import { svg } from './elements.js'
import { scale, ticksOf } from './scale.js'

/** So many times beyond the range of 90 % of the voice, a pitch is not drawn. */
const STRAY = 1.5

/** The curve with its axis; broken where there is no voice. @param {Acoustics} acoustics @param {Box} box */
export function pitchCurve({ curves, pitch }, { left, top, right, bottom }) {
  if (pitch === undefined) return []
  // Strays, such as octaves mistaken, would squeeze all the rest.
  const isStray = (/** @type {number} */ hertz) => hertz < pitch.lowHz / STRAY || hertz > pitch.highHz * STRAY
  const curve = curves.pitch.map((hertz) => (hertz === null || isStray(hertz) ? null : hertz))
  const voiced = curve.filter((hertz) => hertz !== null)
  if (voiced.length === 0) return []
  const [low, high] = [Math.min(...voiced) * 0.92, Math.max(...voiced) * 1.06]
  const y = scale(low, high, bottom, top)
  const x = scale(-0.5, curve.length - 0.5, left, right)
  const path = curve.map((hertz, at) => {
    if (hertz === null) return ''
    const point = `${x(at).toFixed(1)} ${y(hertz).toFixed(1)}`
    return (curve[at - 1] ?? null) === null ? `M${point}h0.01` : `L${point}`
  })
  const labels = ticksOf(low, high, (bottom - top) / 34).map((hertz) => {
    return svg('text', { class: 'tick-pitch', x: left - 8, y: y(hertz) + 4, 'text-anchor': 'end' }, String(hertz))
  })
  const unit = svg('text', { class: 'tick-pitch', x: left - 8, y: top - 9, 'text-anchor': 'end' }, 'Hz')
  const d = path.join('')
  return [svg('path', { class: 'pitch-halo', d }), svg('path', { class: 'pitch', d }), unit, ...labels]
}
