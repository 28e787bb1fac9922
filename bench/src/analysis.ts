import { type Random, seededRandom } from '@org/testkit'

/** The result of analysing one spoken recording: what a service would cache because it takes 45 s to compute. */
export interface Analysis {
  readonly id: string
  readonly language: string
  readonly durationMs: number
  readonly wordsPerMinute: number
  readonly pauses: readonly Pause[]
  readonly words: readonly Word[]
  /** One value each 10 ms. */
  readonly pitchHz: readonly number[]
  /** One value each 20 ms. */
  readonly loudnessDb: readonly number[]
  readonly feedback: string
}

interface Pause {
  readonly startMs: number
  readonly endMs: number
  readonly filler: string | null
}

interface Word {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
  readonly confidence: number
}

/** Bytes of JSON below which not even an analysis of silence fits. */
export const SMALLEST_ANALYSIS = 180

const SEED = 20_260
/** Where the search for the length of the speech begins. */
const MS_PER_BYTE = 0.9
const VOCABULARY =
  'the of and we to in that our results show a clear trend over last quarter so let me walk you through what changed why it matters next'.split(
    ' ',
  )
const FILLERS = ['um', 'uh', 'well', null]
const FEEDBACK = [
  'You open with a clear question, which earns attention.',
  'The pace rises in the middle part: take a breath before each figure.',
  'Pitch falls at the end of most sentences, which sounds sure of itself.',
  'Three pauses are filled; silence would do better there.',
  'Loudness is even, so the key message does not stand out.',
]

/** An analysis whose JSON is exactly `bytes` long, always the same: curves and words in proportion, feedback to fill. */
export function makeAnalysis(bytes: number): Analysis {
  const empty = length(analysisOf(0, ''))
  let analysis = analysisOf(0, '')
  let speechMs = (bytes - empty) * MS_PER_BYTE
  // JSON grows evenly with the length of the speech, so a few steps of proportion come close from below.
  for (let step = 0; step < 6; step++) {
    const guess = analysisOf(speechMs, '')
    const grown = Math.max(1, length(guess) - empty)
    if (grown <= bytes - empty) analysis = guess
    speechMs *= (0.985 * (bytes - empty)) / grown
  }
  return { ...analysis, feedback: feedback(bytes - length(analysis)) }
}

function length(analysis: Analysis): number {
  return JSON.stringify(analysis).length
}

function analysisOf(speechMs: number, text: string): Analysis {
  const random = seededRandom(SEED)
  const words = spokenWords(speechMs, random)
  return {
    id: 'rec-5f2a9c',
    language: 'en',
    durationMs: Math.round(speechMs),
    wordsPerMinute: speechMs === 0 ? 0 : rounded((words.length * 60_000) / speechMs, 1),
    pauses: silences(words, random),
    words,
    pitchHz: curve(speechMs / 10, 142, 9, 1, random),
    loudnessDb: curve(speechMs / 20, -21, 2.5, 2, random),
    feedback: text,
  }
}

function spokenWords(speechMs: number, random: Random): Word[] {
  const words: Word[] = []
  let atMs = random.int(80, 300)
  while (atMs < speechMs) {
    const endMs = atMs + random.int(90, 480)
    words.push({
      text: random.pick(VOCABULARY),
      startMs: atMs,
      endMs,
      confidence: rounded(0.7 + random.next() * 0.3, 3),
    })
    atMs = endMs + (random.chance(0.12) ? random.int(250, 1_600) : random.int(10, 60))
  }
  return words
}

/** The gaps between words that a listener would notice. */
function silences(words: readonly Word[], random: Random): Pause[] {
  const pauses: Pause[] = []
  for (const [index, word] of words.entries()) {
    const next = words[index + 1]
    if (next === undefined || next.startMs - word.endMs < 250) continue
    pauses.push({ startMs: word.endMs, endMs: next.startMs, filler: random.pick(FILLERS) })
  }
  return pauses
}

/** A random walk that is drawn back to its middle, as voices are. */
function curve(points: number, middle: number, step: number, digits: number, random: Random): number[] {
  const values: number[] = []
  let value = middle
  for (let index = 0; index < points; index++) {
    value += (middle - value) * 0.08 + (random.next() - 0.5) * step
    values.push(rounded(value, digits))
  }
  return values
}

function feedback(characters: number): string {
  const round = `${FEEDBACK.join(' ')} `
  return round.repeat(Math.ceil(characters / round.length)).slice(0, characters)
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
