import { describe, expect, it } from 'vitest'
import { hitRatioGaps } from '../src/hit-ratio/gaps.ts'
import { hitRatioBlock } from '../src/hit-ratio/hit-ratio-block.ts'
import { hitRatioPage } from '../src/hit-ratio/page.ts'
import { hitRatioText } from '../src/hit-ratio/terminal.ts'
import { formatPoints, formatRatio } from '../src/hit-ratio/wording.ts'
import { madeUpHitRatioResults, ratioCell, trialCell } from './made-up-hit-ratio.ts'

const RESULTS = madeUpHitRatioResults(
  [
    ratioCell('web<07', 16, { optimum: 0.5, caffeine: 0.4, tinylfu: 0.41, 'lru-cache': 0.3, sieve: 0.074 }),
    ratioCell('web<07', 64, { optimum: 0.9, caffeine: 0.8, tinylfu: 0.79, 'lru-cache': 0.7, sieve: 0.6 }),
    ratioCell('unknown', 16, { optimum: 0.5, tinylfu: 0.45, 'lru-cache': 0.3, sieve: 0.2 }),
  ],
  [trialCell('weights', 0.5, 0.45), trialCell('adversary', 0.479, 0.5)],
)

describe('hitRatioText', () => {
  const text = hitRatioText(RESULTS)

  it('tells the ratios of each trace at all capacities', () => {
    expect(text).toMatch(/web<07 +16\/64 +50\/90 +40\/80 +41\/79 +30\/70 +7\.4\/60/)
    expect(text).toMatch(/unknown +16 +50 +- +45 +30 +20/)
  })

  it('tells what it comes to beside Caffeine and lru-cache', () => {
    expect(text).toContain('over 3 cells')
    expect(text).toMatch(/memoryTier +0\.866 +55\.0 +1\/1 +-1\.0 \(web<07 at 64\) +3\/0 +\+9\.0 \(web<07 at 64\)/)
  })

  it('tells trials, goals, notes and warnings, and no trial that was not run', () => {
    expect(text).toMatch(/made up weights +50 +45 +\+5\.0/)
    expect(text).toMatch(/hostile traffic more than 2 points below lru-cache: none +1 +falls short/)
    expect(text).toContain('nothing was run')
    expect(text).toContain('- made up')
    expect(text).not.toContain('Entries that die')
  })
})

describe('hitRatioPage', () => {
  const page = hitRatioPage(RESULTS)

  it('draws one picture for each trace, without a script', () => {
    expect(page.match(/<svg /g)).toHaveLength(2)
    expect(page).toContain('aria-label="Hit ratio over capacity, web&lt;07"')
    expect(page).not.toContain('<script')
    expect(page).not.toContain('web<07')
  })

  it('draws in the colours of the page alone, so that it is read in light and dark', () => {
    // What clips a picture is not seen.
    const seen = page.replaceAll(/<clipPath.*?<\/clipPath>/gs, '')
    const colours = [...seen.matchAll(/(?:stroke|fill)="([^"]+)"/g)].map((match) => match[1] as string)
    expect(colours.filter((colour) => !/^(var\(--\w+\)|none|transparent)$/.test(colour))).toEqual([])
  })

  it('tells goals with their verdicts', () => {
    expect(page).toContain('<span class="badge does-not-hold">falls short</span>')
    expect(page).toContain('<span class="badge holds">met</span>')
    expect(page).toContain('<span class="badge not-measured">not measured</span>')
  })
})

describe('hitRatioBlock', () => {
  const block = hitRatioBlock(RESULTS)

  it('shows each cache, every goal and where the numbers come from', () => {
    expect(block).toContain('| memoryTier | 0.866 | 55.0 | 1/1 | -1.0 (web<07 at 64) | 3/0 | +9.0 (web<07 at 64) |')
    expect(block).toContain('Over 3 cells, 2 traces at')
    expect(block).toContain('| the mean of hit ratio over optimum is at least 0.84 | 0.87 x | **met** |')
    expect(block).toMatch(/run of 2026-01-02 on Made-up /)
  })
})

describe('hitRatioGaps', () => {
  it('finds none in a full run on recorded traces, and names what is missing', () => {
    const goals = RESULTS.goals.filter(({ verdict }) => verdict !== 'not measured')
    const full = { ...RESULTS, quick: false, goals }
    expect(hitRatioGaps(full)).toEqual([])
    expect(hitRatioGaps({ ...full, quick: true, recorded: false, faults: ['web07: it ended'] })).toEqual([
      'it was quick',
      'its traces were made',
      'without web07: it ended',
    ])
    expect(hitRatioGaps({ ...full, goals: RESULTS.goals })).toEqual([
      "no verdict on 'cells with lives of all lengths more than 2 points below lru-cache: none'",
    ])
  })
})

describe('the wording of ratios', () => {
  it('gives small ones a digit more', () => {
    expect([0, 0.0744, 0.0996, 0.505, 1, undefined].map(formatRatio)).toEqual(['0.0', '7.4', '10', '51', '100', '-'])
  })

  it('gives differences a sign, but not to nothing', () => {
    expect([0.012, -0.0004, 0.0004, -0.034].map(formatPoints)).toEqual(['+1.2', '0.0', '0.0', '-3.4'])
  })
})
