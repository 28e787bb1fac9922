import { describe, expect, it } from 'vitest'
import { CASES } from '../src/redis/cases.ts'
import type { ContestantId } from '../src/redis/contestants.ts'
import { redisGaps } from '../src/redis/gaps.ts'
import { redisPage } from '../src/redis/page.ts'
import { redisSpeedBlock } from '../src/redis/speed-block.ts'
import { redisText } from '../src/redis/terminal.ts'
import { cell, madeUpRedisResults } from './made-up-redis.ts'

const RESULTS = madeUpRedisResults([
  cell('get-100', 'floor', 4000, 1800),
  cell('get-100', 'node-redis', 20_000),
  cell('get-100', 'ioredis', 40_000),
  cell('get-100', 'ioredis-auto', 30_000),
  cell('get-100', 'ours', 10_000, 6500),
  cell('get-100', 'bentocache', 29_000),
  cell('sync', 'ours', 40, 30),
  cell('sync', 'ours-bus', 80, 33),
])

describe('redisText', () => {
  const text = redisText(RESULTS)

  it('tells the time by the clock, the CPU time, and times of ours', () => {
    expect(text).toMatch(/raw socket, replies counted +4\.00 µs +0\.40 x +1\.80 µs +10 %/)
    expect(text).toMatch(/bentocache +29\.0 µs +2\.90 x +14\.5 µs/)
    expect(text).toMatch(/@org\/tiered-cache with redisBus +80\.0 ns +1\.10 x +33\.0 ns/)
  })

  it('tells goals, notes and warnings, and no case that was not measured', () => {
    expect(text).toMatch(/at least 3 x faster than with bentocache +2\.90 x +falls short/)
    expect(text).toContain('nothing was run')
    expect(text).toContain('- made up')
    expect(text).not.toContain('A set of memory and Redis')
  })
})

describe('redisSpeedBlock', () => {
  const block = redisSpeedBlock(RESULTS)

  it('shows what an operation takes and how many times that the best of each takes', () => {
    expect(block).toContain(
      '| A get that Redis answers, 100 at once | 10.0 µs, CPU 6.50 µs | - | - | 0.40 x | 2.00 x | 3.00 x | 2.90 x | - | - | - |',
    )
    expect(block).toContain('| An awaited hit in memory | not measured | - | - |')
  })

  it('shows every goal and where the numbers come from', () => {
    expect(block).toMatch(/\| .*at least 3 x faster than with bentocache \| 2\.90 x \| \*\*falls short\*\* \|/)
    expect(block).toMatch(/run of 2026-01-02 on Made-up .* The numbers are medians of 5 fresh processes\.$/)
  })
})

describe('redisPage', () => {
  const page = redisPage(RESULTS)

  it('draws one picture for each case that was measured, without a script', () => {
    expect(page.match(/<svg /g)).toHaveLength(2)
    expect(page).toContain('aria-label="A get that Redis answers, 100 at once"')
    expect(page.match(/Time by the clock\. Dot/g)).toHaveLength(1)
    expect(page.match(/CPU time\. Dot/g)).toHaveLength(1)
    expect(page).not.toContain('<script')
    expect(page).not.toContain('A set of memory and Redis')
  })

  it('tells goals with their verdicts, and all numbers', () => {
    expect(page).toContain('<span class="badge does-not-hold">falls short</span>')
    expect(page).toContain('<span class="badge not-measured">not measured</span>')
    expect(page).toContain('<td>bentocache</td><td>29.0 µs</td><td>2.90 x</td><td>14.5 µs</td><td>10 %</td>')
  })
})

describe('redisGaps', () => {
  const cells = CASES.flatMap((one) => one.contestants.map((contestant: ContestantId) => cell(one.id, contestant, 100)))

  it('finds none in a full run, and what is missing in any other', () => {
    const full = madeUpRedisResults(cells)
    expect(redisGaps(full)).toEqual([])
    expect(redisGaps({ ...full, quick: true, cells: cells.slice(1) })).toEqual([
      'it was quick',
      "without 'A get that Redis answers, one after another' of raw socket, replies counted",
    ])
  })
})
