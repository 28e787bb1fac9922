import type { Acoustics, Pitch } from '../analysis/acoustics.ts'
import type { Feedback } from './feedback.ts'
import { longestOf, percent } from './prompt.ts'

/** Syllables per minute: English is spoken at 200 to 280, most listeners follow 160 to 300 with ease. */
const SLOW = 160
const FAST = 300
/** Pauses per minute, above which speech sounds halting, and the seconds of one that sounds like a lost thread. */
const MANY_PAUSES = 15
const LONG_PAUSE = 2
/** Semitones between the low and the high end of a voice. */
const MONOTONE = 4
const LIVELY = 12
/** dBFS over the whole recording. */
const QUIET = -35
const LOUD = -10

/** Feedback from the figures alone, for when no model can be asked. The same figures always give the same text. */
export function fallbackFeedback(acoustics: Acoustics): Feedback {
  const isSpeech = acoustics.syllablesPerMinute > 0
  const sentences = isSpeech ? speech(acoustics) : [noSpeech(acoustics)]
  return { text: [...sentences, ...recordingOf(acoustics)].join(' '), source: 'fallback' }
}

function noSpeech({ durationSeconds }: Acoustics): string {
  return `No speech was found in this recording of ${seconds(durationSeconds)}: check the microphone and try again.`
}

function speech(acoustics: Acoustics): string[] {
  return [paceOf(acoustics), pausesOf(acoustics), pitchOf(acoustics.pitch)]
}

function paceOf({ syllablesPerMinute }: Acoustics): string {
  const rate = `about ${Math.round(syllablesPerMinute)} syllables per minute`
  if (syllablesPerMinute < SLOW) return `You speak slowly, at ${rate}; a little more pace keeps listeners with you.`
  if (syllablesPerMinute > FAST) return `You speak fast, at ${rate}; slow down where something matters.`
  return `Your pace of ${rate} is easy to follow.`
}

function pausesOf({ pauses, pauseCount, durationSeconds, silenceRatio }: Acoustics): string {
  if (pauseCount === 0) return 'You make no pauses; a short one after each thought gives listeners time.'
  const longest = longestOf(pauses)
  const found = `${count(pauseCount, 'pause')}, the longest ${seconds(longest)}, and are silent for ${percent(silenceRatio)} of the time`
  const perMinute = pauseCount / Math.max(durationSeconds / 60, 1 / 6)
  if (longest > LONG_PAUSE) return `You make ${found}: a long pause sounds as if you had lost the thread.`
  if (perMinute > MANY_PAUSES) return `You make ${found}: so many make the speech sound halting.`
  return `You make ${found}, which is comfortable to listen to.`
}

function pitchOf(pitch: Pitch | undefined): string {
  if (pitch === undefined) return 'No pitch could be measured, so nothing can be said about your melody.'
  const range = `a range of ${pitch.rangeSemitones.toFixed(1)} semitones around ${Math.round(pitch.medianHz)} Hz`
  if (pitch.rangeSemitones < MONOTONE) return `With ${range} your voice sounds even; let it rise and fall more.`
  if (pitch.rangeSemitones > LIVELY) return `With ${range} your voice is very lively.`
  return `With ${range} your voice has a natural melody.`
}

/** What is wrong with the recording itself; nothing where it is well. */
function recordingOf({ loudnessDbfs, isClipped, clippedRatio }: Acoustics): string[] {
  const sentences: string[] = []
  const level = `${loudnessDbfs.toFixed(0)} dBFS`
  if (loudnessDbfs < QUIET) sentences.push(`The recording is quiet (${level}): come closer to the microphone.`)
  else if (loudnessDbfs > LOUD) sentences.push(`The recording is very loud (${level}): turn the input down.`)
  else sentences.push(`The level of the recording (${level}) is good.`)
  if (isClipped) {
    const part = (clippedRatio * 100).toFixed(1)
    sentences.push(`It is clipped in ${part} % of its samples, which is heard as distortion: turn the input down.`)
  }
  return sentences
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
