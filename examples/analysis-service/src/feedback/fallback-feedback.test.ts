import { describe, expect, it } from 'vitest'
import { FIGURES } from './figures.fixture.ts'
import type { Acoustics } from '../analysis/acoustics.ts'
import { fallbackFeedback } from './fallback-feedback.ts'
import { promptFor } from './prompt.ts'

const text = (change: Partial<Acoustics>): string => fallbackFeedback({ ...FIGURES, ...change }).text

describe('fallbackFeedback', () => {
  it('says what is well, and says where it comes from', () => {
    expect(fallbackFeedback(FIGURES)).toEqual({
      text:
        'Your pace of about 231 syllables per minute is easy to follow. ' +
        'You make 2 pauses, the longest 1.1 s, and are silent for 20 % of the time, which is comfortable to listen to. ' +
        'With a range of 7.4 semitones around 121 Hz your voice has a natural melody. ' +
        'The level of the recording (-22 dBFS) is good.',
      source: 'fallback',
    })
  })

  it('speaks of pace', () => {
    expect(text({ syllablesPerMinute: 120 })).toContain('You speak slowly')
    expect(text({ syllablesPerMinute: 340 })).toContain('You speak fast')
  })

  it('speaks of pauses', () => {
    expect(text({ pauses: [], pauseCount: 0 })).toContain('You make no pauses')
    expect(text({ pauses: [{ startSeconds: 1, seconds: 3 }], pauseCount: 1 })).toContain(
      'You make 1 pause, the longest 3.0 s',
    )
    const many = Array.from({ length: 8 }, (_, index) => ({ startSeconds: index, seconds: 0.4 }))
    expect(text({ pauses: many, pauseCount: 8 })).toContain('halting')
  })

  it('counts the pauses that are not among the longest, and the model is told of them too', () => {
    const figures = { ...FIGURES, durationSeconds: 3_600, pauseCount: 4_321 }
    expect(fallbackFeedback(figures).text).toContain('You make 4321 pauses, the longest 1.1 s')
    expect(promptFor(figures)[1]?.content).toContain('- Pauses: 4321, the longest 1.1 s')
  })

  it('speaks of pitch', () => {
    const pitch = { medianHz: 121, lowHz: 98, highHz: 150 }
    expect(text({ pitch: { ...pitch, rangeSemitones: 2 } })).toContain('sounds even')
    expect(text({ pitch: { ...pitch, rangeSemitones: 15 } })).toContain('very lively')
    expect(text({ pitch: undefined })).toContain('No pitch could be measured')
  })

  it('speaks of loudness and clipping', () => {
    expect(text({ loudnessDbfs: -48 })).toContain('quiet (-48 dBFS)')
    expect(text({ loudnessDbfs: -5, isClipped: true, clippedRatio: 0.021 })).toMatch(/very loud .* clipped in 2\.1 %/)
  })

  it('says so where nobody speaks', () => {
    const silence = {
      syllablesPerMinute: 0,
      pauses: [],
      pauseCount: 0,
      pitch: undefined,
      silenceRatio: 1,
      loudnessDbfs: -120,
    }
    expect(text(silence)).toMatch(/^No speech was found in this recording of 12\.3 s: .* The recording is quiet/)
  })
})
