import type { Acoustics, Pause } from '../analysis/acoustics.ts'
import type { ChatMessage } from './llm.ts'

/** Part of the cache's key: raise it with every change of the prompt. */
export const PROMPT_VERSION = '1'

const TASK = [
  'You are a friendly speech coach. You are given figures measured from a recording; you have not heard it.',
  'Write feedback for the speaker in English: three to six sentences, plain text, no lists, no headings.',
  'Say what is good, then what to work on, with one exercise. Judge only what the figures show; never guess the content.',
].join('\n')

/** What the model is asked: the figures of the recording and nothing else, so that no upload can put words into it. */
export function promptFor(acoustics: Acoustics): readonly ChatMessage[] {
  return [
    { role: 'system', content: TASK },
    { role: 'user', content: figuresOf(acoustics).join('\n') },
  ]
}

function figuresOf(acoustics: Acoustics): string[] {
  const { pitch, pauses, pauseCount } = acoustics
  return [
    `- Duration: ${acoustics.durationSeconds.toFixed(1)} s`,
    `- Speaking rate: ${Math.round(acoustics.syllablesPerMinute)} syllables per minute of speech`,
    `- Silence: ${percent(acoustics.silenceRatio)} of the time`,
    `- Pauses: ${pauseCount}${pauseCount === 0 ? '' : `, the longest ${longestOf(pauses).toFixed(1)} s`}`,
    pitch === undefined
      ? '- Pitch: no voice found'
      : `- Pitch: median ${Math.round(pitch.medianHz)} Hz, range ${pitch.rangeSemitones.toFixed(1)} semitones`,
    `- Loudness: ${acoustics.loudnessDbfs.toFixed(1)} dBFS, peak ${acoustics.peakDbfs.toFixed(1)} dBFS`,
    `- Clipping: ${acoustics.isClipped ? 'audible' : 'none to be heard'}`,
  ]
}

/** The longest pause in seconds; 0 where there is none. */
export function longestOf(pauses: readonly Pause[]): number {
  return pauses.reduce((longest, { seconds }) => Math.max(longest, seconds), 0)
}

/** `0.237` as `24 %`. */
export function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`
}
