// The tiles with the acoustic figures of the recording.

/** @import { Acoustics } from '../analysis/acoustics.ts' */

import { byId } from './elements.js'
import { channelWords, decimals, duration } from './words.js'

/** Fills every tile. @param {Acoustics} acoustics */
export function showFigures(acoustics) {
  const { durationSeconds, sampleRate, channels, silenceRatio, pauses, pitch, isClipped, clippedRatio } = acoustics
  const longest = Math.max(0, ...pauses.map(({ seconds }) => seconds))
  showFigure('duration', ...duration(durationSeconds), `${sampleRate / 1000} kHz, ${channelWords(channels)}`)
  showFigure('loudness', decimals(acoustics.loudnessDbfs, 1), 'dBFS', 'on average')
  showFigure('peak', decimals(acoustics.peakDbfs, 1), 'dBFS', '0 is full scale')
  showFigure('silence', decimals(silenceRatio * 100, 0), '%', 'without speech')
  showFigure(
    'pauses',
    String(acoustics.pauseCount),
    '',
    longest > 0 ? `longest ${longest.toFixed(2)} s` : 'none long enough',
  )
  showFigure('rate', decimals(acoustics.syllablesPerMinute, 0), '/min', 'syllables')
  if (pitch === undefined) for (const id of ['pitch-median', 'pitch-range']) showFigure(id, '–', '', 'no voice found')
  else {
    const range = `${decimals(pitch.lowHz, 0)}–${decimals(pitch.highHz, 0)}`
    showFigure('pitch-median', decimals(pitch.medianHz, 0), 'Hz', 'of the voice')
    showFigure('pitch-range', range, 'Hz', `${decimals(pitch.rangeSemitones, 1)} semitones`)
  }
  byId('clipping').classList.toggle('is-warning', isClipped)
  if (isClipped) showFigure('clipping', decimals(clippedRatio * 100, 1), '%', 'distortion is heard')
  else showFigure('clipping', 'None', '', 'no distortion')
}

/** @param {string} id @param {string} value @param {string} unit @param {string} aside */
function showFigure(id, value, unit, aside) {
  const figure = byId(id).querySelector('.figure')
  const small = document.createElement('small')
  small.textContent = unit
  figure?.replaceChildren(value, ...(unit === '' ? [] : [' ', small]))
  byId(id).querySelector('.aside')?.replaceChildren(aside)
}
