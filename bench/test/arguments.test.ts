import { describe, expect, it } from 'vitest'
import { parseArguments, type SuiteWords } from '../src/arguments.ts'
import { UsageError } from '../src/usage-error.ts'

const SUITES: readonly SuiteWords[] = [
  { name: 'tiers', options: ['tiers', 'size', 'payload'] },
  { name: 'breaker', options: [] },
]
const parse = (...args: string[]) => parseArguments(args, SUITES)

describe('parseArguments', () => {
  it('measures everything with the first suite where nothing is asked', () => {
    expect(parse()).toEqual({
      suite: 'tiers',
      quick: false,
      tiers: ['memory', 'redis', 'disk'],
      sizes: [200, 10 * 1024, 5 * 1024 ** 2],
      payloadFile: undefined,
      jsonFile: undefined,
      help: false,
    })
  })

  it('reads every option', () => {
    const options = parse(
      'tiers',
      '--quick',
      '--tiers',
      'disk,memory',
      '--size=1kb,300B,1.5mb',
      '--json',
      'out.json',
      '-h',
    )
    expect(options).toMatchObject({ suite: 'tiers', quick: true, jsonFile: 'out.json', help: true })
    expect(options.tiers).toEqual(['memory', 'disk'])
    expect(options.sizes).toEqual([300, 1024, 1.5 * 1024 ** 2])
  })

  it('takes the options of every suite for each of them', () => {
    expect(parse('breaker', '--quick', '--json', 'out.json')).toMatchObject({
      suite: 'breaker',
      quick: true,
      jsonFile: 'out.json',
    })
  })

  it('takes the options that come after a lone --', () => {
    expect(parse('--', '--quick').quick).toBe(true)
  })

  it.each([
    [['--fast'], /--fast/],
    [['--quick=3'], /--quick/],
    [['hit-rate'], /unknown suite 'hit-rate'; there is: tiers, breaker/],
    [['tiers', 'breaker'], /one suite at a time/],
    [['breaker', '--tiers', 'memory'], /^--tiers means nothing to the suite breaker; it is an option of tiers$/],
    [['breaker', '--size', '1kb'], /--size means nothing to the suite breaker/],
    [['breaker', '--payload', 'a.json'], /--payload means nothing to the suite breaker/],
    [['--tiers', 'memory,tape'], /--tiers must be some of memory, redis, disk.*'tape'/],
    [['--tiers', ''], /--tiers must be/],
    [['--size', '10'], /--size must be sizes such as .* got '10'/],
    [['--size', '-5kb'], /--size/],
    [['--size', '1gb'], /--size/],
    [['--size', '10kb,10241b'], /--size must be sizes that print differently, got 10 KiB twice/],
    [['--size', '65mb'], /--size must be at most 64mb/],
    [['--json'], /--json/],
    [['--json', '/no/such/folder/out.json'], /--json .*no such folder/],
    [['--json', ''], /--json must name a file/],
    [['--payload', 'a.json', '--size', '1kb'], /not both/],
  ])('refuses %j and says why', (args, message) => {
    expect(() => parse(...args)).toThrow(message)
    expect(() => parse(...args)).toThrow(UsageError)
  })
})
