import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'

const FIXTURE = new URL('retained-heap.fixture.ts', import.meta.url).pathname
const SEED = testSeed()
/** Headers differ by so much between versions of V8. */
const HEADERS = 24
/** What else may have come into the heap, or left it, while the copies of a kind were made. */
const NOISE = 64_000

interface Measured {
  readonly name: string
  readonly exact: boolean
  readonly count: number
  /** Bytes of a copy and its key, in the heap and outside. */
  readonly taken: number
  readonly estimate: number
}

describe('retainedBytes', () => {
  it(`is within 2x of what the heap says, and right for strings and buffers (seed ${SEED})`, async () => {
    const measured = await measure()
    expect(measured.length).toBeGreaterThan(50)
    const wrong = measured.filter(isWrong)
    // What else came into the heap just then does not do so again.
    const again = wrong.length === 0 ? [] : await measure()
    expect(again.filter((each) => isWrong(each) && wrong.some(({ name }) => name === each.name))).toEqual([])
  }, 120_000)
})

async function measure(): Promise<readonly Measured[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', FIXTURE, String(SEED)])
  const lines = stdout.trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Measured)
}

function isWrong({ exact, count, taken, estimate }: Measured): boolean {
  if (estimate < taken / 2 || estimate > taken * 2) return true
  return exact && Math.abs(estimate - taken) > HEADERS + NOISE / count + taken / 100
}
