import { testSeed } from '@org/testkit'
import { array, assert, constantFrom, oneof, property, string, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor } from './redact.ts'

const seed = testSeed()
const redactor = createRedactor({ mask: '***' })
const SECRET = 'S3CR3T'

describe('the secrets of a URL', () => {
  it.each([
    ['https://u:S@h/', 'https://***@h/'],
    ['redis://:S@h', 'redis://***@h'],
    ['https://S@h/a', 'https://***@h/a'],
    ['a postgres://u:S@S@h:5432/db b', 'a postgres://***@h:5432/db b'],
    ['mongodb+srv://u:S@h1,h2/db', 'mongodb+srv://***@h1,h2/db'],
    ['http://u:S@a http://u:S@b', 'http://***@a http://***@b'],
    ['{"url":"https://u:S@h/"}', '{"url":"https://***@h/"}'],
    ["password in quotes: https://u:S'S@h/", 'password in quotes: https://***@h/'],
    // No URL for a parser: the error that says so shows it.
    ['Invalid URL postgres://u:S/S@h/db', 'Invalid URL postgres://***@h/db'],
    ['postgres://u:S#S?S@h/db', 'postgres://***@h/db'],
    ['https://h/?token=S&a=1', 'https://h/?token=***&a=1'],
    ['https://h/?a=1&access_token=S#x', 'https://h/?a=1&access_token=***#x'],
    ['https://h/cb#access_token=S', 'https://h/cb#access_token=***'],
    ['https://h/;jsessionid=S?a=1', 'https://h/;jsessionid=***'],
    ['GET /login?token=S HTTP/1.1', 'GET /login?token=*** HTTP/1.1'],
    ['?a=1;token=S', '?a=1;token=***'],
    ['/a?to%6ben=S', '/a?to%6ben=***'],
    ['/a?%zz=1&user[password]=S', '/a?%zz=1&user[password]=***'],
    ['jdbc:mysql://h/db?user=u&password=S', 'jdbc:mysql://h/db?user=u&password=***'],
  ])('are hidden: %s', (text, shown) => {
    expect(redactor.scrub(text)).toBe(shown)
  })

  it.each([
    'https://host:8080/a/@b?x=1',
    'http://[::1]:3000/@a',
    'at f (file:///node_modules/.pnpm/@org+a@1.0.0/x.js:1:2)',
    'at f (webpack-internal:///(rsc)/./node_modules/@a/b.ts:10:5)',
    'ask me@example.org, see https://host/',
    'https://host?tokens=1&maxTokens=5&token=',
    'a=1&token=2',
    'x ? y : z == 1',
    '://@',
  ])('are not seen in %s', (text) => {
    expect(redactor.scrub(text)).toBe(text)
  })

  it(`never come out, whatever stands around the URL (seed ${seed})`, () => {
    const around = string({ unit: constantFrom(...Array.from(' \n"\'<>()[]{},;.:/?#&=@%a1é€')), maxLength: 20 })
    const word = string({ unit: constantFrom(...Array.from('abcXYZ019-._~!$*+,;%')), minLength: 1, maxLength: 6 })
    const secret = tuple(word, word).map(([one, two]) => `${one}${SECRET}${two}`)
    const gap = constantFrom(' ', '\n', '"', '<')
    const url = oneof(
      tuple(word, secret).map(([user, pass]) => `https://${user}:${pass}@host/path`),
      secret.map((pass) => `redis://:${pass}@host`),
      tuple(word, secret).map(([name, token]) => `https://host/p?${name}=1&access_token=${token}&b=2`),
      secret.map((token) => `/login?token=${token}`),
    )
    const text = tuple(around, gap, url, gap, around).map((parts) => parts.join(''))
    assert(
      property(array(text, { minLength: 1, maxLength: 3 }), (texts) => {
        expect(redactor.scrub(texts.join(''))).not.toContain(SECRET)
      }),
      { seed, numRuns: 2_000 },
    )
  })

  it(`leave a text without a URL as it is (seed ${seed})`, () => {
    const text = string({ unit: 'grapheme', maxLength: 200 }).filter((each) => !/:\/\/|\?/.test(each))
    assert(
      property(text, (each) => {
        expect(redactor.scrub(each)).toBe(each)
      }),
      { seed, numRuns: 1_000 },
    )
  })

  it('are hidden together with what patterns find', () => {
    const both = createRedactor({ patterns: [/S@h/], mask: '***' })
    expect(both.scrub('https://u:S@h/ S@h')).toBe('https://***/ ***')
  })

  it.each(['a://b:c', 'a://b', '?a', '?token=', ';token=x', '&%', 'x@a://'])(
    'cost no more than their length: %s',
    (piece) => {
      expect(redactor.scrub(piece.repeat(1_000_000 / piece.length) + '?=').length).toBeGreaterThan(3)
    },
    5_000,
  )
})
