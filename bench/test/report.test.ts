import { describe, expect, it } from 'vitest'
import { claimsBlock } from '../src/report/claims-block.ts'
import { formatCount, formatMs } from '../src/report/format.ts'
import { htmlReport } from '../src/report/html.ts'
import { withBlock } from '../src/report/markdown.ts'
import { table } from '../src/report/table.ts'
import { terminalReport } from '../src/report/terminal.ts'
import { formatSize } from '../src/size.ts'
import { madeUpResults } from './made-up.ts'

describe('formatMs', () => {
  it.each([
    [0.000_000_5, '0.50 ns'],
    [0.000_234_5, '235 ns'],
    [0.000_999_9, '1.00 µs'],
    [0.0123, '12.3 µs'],
    [0.9999, '1.00 ms'],
    [2.7654, '2.77 ms'],
    [999.9, '1.00 s'],
    [45_000, '45.0 s'],
    [Number.NaN, '-'],
  ])('%f ms is %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text)
  })
})

describe('formatCount', () => {
  it.each([
    [9.514, '9.51'],
    [1234, '1,230'],
    [4_567_890, '4,570,000'],
  ])('%f is %s', (count, text) => {
    expect(formatCount(count)).toBe(text)
  })
})

describe('formatSize', () => {
  it.each([
    [200, '200 B'],
    [10_240, '10 KiB'],
    [1.5 * 1024 ** 2, '1.5 MiB'],
    [24 * 1024 ** 3, '24 GiB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text)
  })
})

describe('table', () => {
  it('aligns columns whatever colours are in them', () => {
    const lines = table(
      [{ title: 'a' }, { title: 'n', align: 'right' }],
      [
        ['\u001B[31mred\u001B[39m', '1'],
        ['x', '234'],
      ],
    ).split('\n')
    expect(lines).toEqual(['a      n', '───  ───', '\u001B[31mred\u001B[39m    1', 'x    234'])
  })
})

describe('terminalReport', () => {
  it('tells the machine, every payload, every claim, notes and warnings', () => {
    const text = terminalReport(madeUpResults())
    for (const part of ['Made-up <CPU>', '4 cores', '8 GiB', 'Redis 7.0.15', 'v26.10.0']) expect(text).toContain(part)
    for (const part of ['Payload 10 KiB', 'Payload 5 MiB', 'A Redis hit takes 1 to 5 ms', 'does not hold']) {
      expect(text).toContain(part)
    }
    expect(text).toContain('33.3 of 81 s is 41 %')
    expect(text).toContain('the rounds <differ>')
  })
})

describe('htmlReport', () => {
  const page = htmlReport(madeUpResults())

  it('needs no network and no script', () => {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|base)\b/i)
    expect(page).not.toMatch(/\b(src|href|xlink:href|action|poster|data)\s*=/i)
    expect(page).not.toMatch(/@import|url\(/i)
    // What is left of http are the names of the SVG namespaces, which nobody fetches.
    expect(page.replaceAll(/xmlns(:xlink)?="http:\/\/www\.w3\.org\/[^"]*"/g, '')).not.toMatch(/https?:/i)
  })

  it('shows charts, verdicts and machine, and escapes what comes from outside', () => {
    expect(page.match(/<svg /g)).toHaveLength(4)
    expect(page).toContain('does not hold')
    expect(page).toContain('Made-up &lt;CPU&gt; &amp; more')
    expect(page).toContain('the rounds &lt;differ&gt;')
    expect(page).not.toContain('<CPU>')
  })

  it('is light or dark as the reader has it', () => {
    expect(page).toContain('prefers-color-scheme: dark')
    expect(page).toContain('fill="var(--ink)"')
  })

  it('stands without claims and without a contestant', () => {
    expect(htmlReport(madeUpResults({ claims: [] }))).not.toContain('The claims')
    expect(htmlReport(madeUpResults({ payloads: [], rows: [], claims: [] }))).toContain('</html>')
  })
})

describe('claimsBlock', () => {
  it('tells each claim with its verdicts, and what it was measured on', () => {
    const block = claimsBlock(madeUpResults())
    expect(block).toMatch(/^\| Claim \| 10 KiB \| 5 MiB \| Why \|\n/)
    expect(block).toContain('| A memory hit takes 0.1 ms | 200 ns: **better** | 200 ns: **better** |')
    expect(block).toContain('run of 2026-01-02 on Made-up <CPU>')
  })
})

describe('withBlock', () => {
  const readme = 'before\n<!-- claims:begin -->\nwritten by hand\n<!-- claims:end -->\nafter\n'

  it('replaces what is between the markers, and that again', () => {
    const once = withBlock(readme, 'claims', 'the block')
    expect(once).toBe('before\n<!-- claims:begin -->\n\nthe block\n\n<!-- claims:end -->\nafter\n')
    expect(withBlock(once, 'claims', 'the block')).toBe(once)
  })

  it('refuses a text without its markers, or with them the wrong way round', () => {
    expect(() => withBlock(readme, 'speed', '')).toThrow(/speed:begin/)
    expect(() => withBlock('<!-- claims:end -->\n<!-- claims:begin -->', 'claims', '')).toThrow(/claims:begin/)
  })
})
