import { describe, expect, it } from 'vitest'
import { Deadline, Deadlines } from './deadlines.ts'
import { ManualClock } from './testing/manual-clock.ts'

class Named extends Deadline {
  readonly name: string
  readonly #expired: (name: string) => void

  constructor(name: string, expired: (name: string) => void) {
    super()
    this.name = name
    this.#expired = expired
  }

  override expire(): void {
    this.#expired(this.name)
  }
}

function setUp(delayMs = 100) {
  const clock = new ManualClock()
  const deadlines = new Deadlines(delayMs, clock)
  const expired: string[] = []
  const add = (name: string) => {
    const deadline = new Named(name, (due) => expired.push(`${due} at ${clock.monotonic()}`))
    deadlines.add(deadline)
    return deadline
  }
  return { clock, deadlines, expired, add }
}

describe('Deadlines', () => {
  it('expires each at its instant with one timer for all of them', async () => {
    const { clock, expired, add } = setUp()
    add('a')
    await clock.advance(30)
    add('b')
    await clock.advance(0.1)
    add('c')
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(200)
    expect(expired).toEqual(['a at 100', 'b at 130', 'c at 130.1'])
    expect(clock.pendingTimers).toBe(0)
  })

  it('forgets what is removed, be it first, last or between, and has no timer once none is left', async () => {
    const { clock, deadlines, expired, add } = setUp()
    const [first, , middle, , last] = ['a', 'b', 'c', 'd', 'e'].map(add)
    for (const gone of [middle, first, last, last]) deadlines.remove(gone!)
    await clock.advance(100)
    expect(expired).toEqual(['b at 100', 'd at 100'])
    deadlines.remove(add('f'))
    expect(clock.pendingTimers).toBe(0)
  })

  it('takes new ones, and lets go of others, while one expires', async () => {
    const { clock, deadlines, expired, add } = setUp()
    let other: Deadline | undefined
    const expire = (name: string) => {
      expired.push(name)
      deadlines.remove(other!)
      add('after it')
    }
    deadlines.add(new Named('first', expire))
    other = add('let go')
    await clock.advance(100)
    expect(expired).toEqual(['first'])
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(100)
    expect(expired).toEqual(['first', 'after it at 200'])
  })

  it('never expires anything after Infinity', () => {
    const { clock, deadlines, add } = setUp(Infinity)
    deadlines.remove(add('never'))
    add('never')
    expect(clock.pendingTimers).toBe(0)
  })
})
