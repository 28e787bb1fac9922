import type { Acoustics } from '../analysis/acoustics.ts'

/** The figures of a recording in which all is well. */
export const FIGURES: Acoustics = {
  durationSeconds: 12.34,
  sampleRate: 16_000,
  channels: 1,
  loudnessDbfs: -21.5,
  peakDbfs: -3.2,
  clippedRatio: 0,
  isClipped: false,
  silenceRatio: 0.2,
  pauses: [
    { startSeconds: 3, seconds: 0.6 },
    { startSeconds: 8, seconds: 1.1 },
  ],
  pauseCount: 2,
  pitch: { medianHz: 121, lowHz: 98, highHz: 150, rangeSemitones: 7.4 },
  syllablesPerMinute: 231,
  curves: { waveform: [0, 0.5, 1], pitch: [null, 121, 119] },
}
