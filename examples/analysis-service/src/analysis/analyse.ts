import type { Acoustics, Pause, Pitch } from './acoustics.ts'
import { type AnalysisOptions, resolveAnalysisOptions } from './analysis-options.ts'
import { isHeardAsClipping } from './clipping.ts'
import { curvesOf } from './curves.ts'
import { dbfs } from './decibels.ts'
import { type Levels, levelsOf } from './levels.ts'
import { loudStretches } from './loud-stretches.ts'
import { rootMeanSquare } from './loudness.ts'
import { longestPauses, pausesBetween } from './pauses.ts'
import { pitchRange } from './pitch-range.ts'
import { type PitchTrack, pitchTrack } from './pitch-track.ts'
import type { Recording } from './recording.ts'
import { rounded } from './rounded.ts'
import { spokenStretches, stepsIn } from './speech.ts'
import type { Stretch } from './stretch.ts'
import { syllableCount } from './syllables.ts'

/**
 * The figures of a recording, all of them finite. Pure; takes about a second of a core for ten minutes of speech.
 * @throws TypeError or RangeError where an option is wrong.
 */
export function analyse(recording: Recording, options: AnalysisOptions = {}): Acoustics {
  const { pauseSeconds } = resolveAnalysisOptions(options)
  const { samples, sampleRate, channels, peak, fullScaleRatio } = recording
  const levels = levelsOf(samples, sampleRate)
  const loud = loudStretches(levels)
  const track = pitchTrack(samples, sampleRate, levels, loud)
  const speech = spokenStretches(loud, track)
  const pauses = pausesBetween(speech, levels.stepSeconds, pauseSeconds)
  const durationSeconds = samples.length / sampleRate
  return {
    durationSeconds: rounded(durationSeconds, 3),
    sampleRate,
    channels,
    loudnessDbfs: rounded(dbfs(rootMeanSquare(samples)), 2),
    peakDbfs: rounded(dbfs(peak), 2),
    clippedRatio: rounded(fullScaleRatio, 6),
    isClipped: isHeardAsClipping(fullScaleRatio),
    silenceRatio: rounded(Math.max(0, 1 - (stepsIn(speech) * levels.stepSeconds) / durationSeconds), 4),
    pauses: longestPauses(pauses).map(roundedPause),
    pauseCount: pauses.length,
    pitch: roundedPitch(pitchRange(track)),
    syllablesPerMinute: rounded(syllablesPerMinute(levels, track, speech), 1),
    curves: curvesOf(samples, track),
  }
}

function syllablesPerMinute(levels: Levels, track: PitchTrack, speech: readonly Stretch[]): number {
  const seconds = stepsIn(speech) * levels.stepSeconds
  return seconds === 0 ? 0 : (syllableCount(levels, track, speech) * 60) / seconds
}

function roundedPause({ startSeconds, seconds }: Pause): Pause {
  return { startSeconds: rounded(startSeconds, 3), seconds: rounded(seconds, 3) }
}

function roundedPitch(pitch: Pitch | undefined): Pitch | undefined {
  if (pitch === undefined) return undefined
  const { medianHz, lowHz, highHz, rangeSemitones } = pitch
  return {
    medianHz: rounded(medianHz, 1),
    lowHz: rounded(lowHz, 1),
    highHz: rounded(highHz, 1),
    rangeSemitones: rounded(rangeSemitones, 2),
  }
}
