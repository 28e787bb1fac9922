import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { command } from '../src/redis/floor/raw-redis.ts'
import { ReplyCounter } from '../src/redis/floor/reply-counter.ts'

const SEED = testSeed()

const count = (...chunks: readonly string[]) => {
  const counter = new ReplyCounter()
  for (const chunk of chunks) counter.push(Buffer.from(chunk, 'latin1'))
  return [counter.replies, counter.found]
}

describe('ReplyCounter', () => {
  it.each([
    ['a value', '$5\r\nhello\r\n', 1, 1],
    ['an empty value', '$0\r\n\r\n', 1, 1],
    ['a value of lines like replies', '$9\r\n-1\r\n$3\r\n+\r\n', 1, 1],
    ['nothing', '$-1\r\n', 1, 0],
    ['a word', '+OK\r\n', 1, 1],
    ['a number', ':-12\r\n', 1, 1],
    ['an error with a number', '-ERR 5 things\r\n', 1, 0],
    ['the items of an array', '*3\r\n$1\r\na\r\n$-1\r\n$2\r\nbc\r\n', 3, 2],
  ])('counts %s', (_, reply, replies, found) => {
    expect(count(reply)).toEqual([replies, found])
  })

  it('counts a value once its end is there, and no sooner', () => {
    expect(count('$5\r\nhello\r')).toEqual([0, 0])
    expect(count('$5\r\nhello\r', '\n')).toEqual([1, 1])
  })

  it(`counts the same in whatever pieces it comes (TEST_SEED=${SEED})`, () => {
    const random = seededRandom(SEED)
    const reply = '*2\r\n$11\r\n{"a":"-1"}\n\r\n$-1\r\n+OK\r\n-NO 1\r\n:7\r\n$0\r\n\r\n'
    for (let trial = 0; trial < 200; trial++) {
      const chunks: string[] = []
      for (let at = 0; at < reply.length; ) {
        const size = random.int(1, 6)
        chunks.push(reply.slice(at, at + size))
        at += size
      }
      expect(count(...chunks)).toEqual([6, 4])
    }
  })
})

describe('command', () => {
  it('is an array of strings with their lengths', () => {
    expect(command('GET', 'key:1')).toBe('*2\r\n$3\r\nGET\r\n$5\r\nkey:1\r\n')
  })
})
