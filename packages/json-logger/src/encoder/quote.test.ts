import { describe, expect, it } from 'vitest'
import { escapeText, quote, textValue } from './quote.ts'

describe('quote', () => {
  it.each([
    ['plain', '"plain"'],
    ['', '""'],
    ['grüße 😀 漢字', '"grüße 😀 漢字"'],
    ['a"b\\c', String.raw`"a\"b\\c"`],
    ['\n\r\t\u001b[2J\u0000', String.raw`"\n\r\t\u001b[2J\u0000"`],
    ['\u007f\u0085\u009b', String.raw`"\u007f\u0085\u009b"`],
    ['\u2028\u2029', String.raw`"\u2028\u2029"`],
    [
      '\u061c\u200e\u200f\u202a\u202e\u2066\u2069\ufeff',
      String.raw`"\u061c\u200e\u200f\u202a\u202e\u2066\u2069\ufeff"`,
    ],
    ['\ud83d \ude00', String.raw`"\ud83d \ude00"`],
  ])('writes %j', (text, quoted) => {
    expect(quote(text)).toBe(quoted)
    expect(JSON.parse(quote(text))).toBe(text)
  })
})

describe('escapeText', () => {
  it('escapes what moves a terminal or begins a line, and nothing else', () => {
    expect(escapeText('a "b" \\ é 😀')).toBe('a "b" \\ é 😀')
    expect(escapeText('\n\r\t\b\u001b\u009b\u2028\u202e\ud800')).toBe(
      String.raw`\n\r\t\u0008\u001b\u009b\u2028\u202e\ud800`,
    )
  })
})

describe('textValue', () => {
  it.each([
    ['GET', 'GET'],
    ['/a/b?c', '/a/b?c'],
    ['[redacted]', '[redacted]'],
    ['', '""'],
    ['two words', '"two words"'],
    ['a=b', '"a=b"'],
    ["it's", `"it's"`],
    ['a"b', String.raw`"a\"b"`],
    ['a\u00a0b', '"a\u00a0b"'],
    ['a\nb', String.raw`"a\nb"`],
  ])('writes %j', (text, written) => {
    expect(textValue(text)).toBe(written)
  })
})
