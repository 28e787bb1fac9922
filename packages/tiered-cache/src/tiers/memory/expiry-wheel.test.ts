import { type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { NONE } from '../../policies/policy.ts'
import { ExpiryWheel, MOST_EXPIRY_BUCKETS, MOST_EXPIRY_SLOTS } from './expiry-wheel.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const DAY = 24 * HOUR
const YEAR = 365 * DAY
const LEVELS = 9
const SLOTS = 400

/** Beginnings, carries into each level but the last, and a day of these years. */
const STARTS = [0, 60, 64 ** 2 - 3, 64 ** 3 - 50, 64 ** 4 - 2_000, 64 ** 5 - 5, 64 ** 6 - 90, 64 ** 7 - 1, 1.79e12]

describe('ExpiryWheel', () => {
  const seed = testSeed()

  it(`gives out what is due and nothing else, whatever is scheduled and however time moves (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 120; round++) {
      const modelled = new ModelledWheel(STARTS[round % STARTS.length]!)
      for (let step = 0; step < 300; step++) modelledStep(random, modelled)
      modelled.drain()
      expect(modelled.looks).toBeLessThanOrEqual(LEVELS * (modelled.scheduled + modelled.misplaced))
    }
  })

  it('gives a slot out in the very millisecond in which it expires, for lives of 0 ms to 300 years', () => {
    for (const start of STARTS) {
      for (let life = 0; life < 300 * YEAR; life = Math.ceil(life * 1.37 + 1)) {
        const modelled = new ModelledWheel(start)
        modelled.schedule(0, start + life)
        modelled.now = Math.max(0, start + life - 1)
        modelled.drain()
        modelled.now = start + life
        modelled.drain()
        expect(modelled.held.size).toBe(0)
      }
    }
  })

  it('gives a slot out once', () => {
    const modelled = new ModelledWheel(0)
    modelled.schedule(3, 10)
    modelled.now = 10
    expect([modelled.turn(), modelled.turn()]).toEqual([[3], []])
  })

  it('comes over a pause of years in a turn', () => {
    const modelled = new ModelledWheel(1.79e12)
    for (let slot = 0; slot < 10; slot++) modelled.schedule(slot, modelled.now + 3 * YEAR)
    modelled.move(30 * YEAR)
    expect(modelled.turn()).toHaveLength(10)
  })

  it('spreads the work on many slots that expire together over turns, each of which gives out all it looks at', () => {
    const modelled = new ModelledWheel(1.79e12)
    for (let slot = 0; slot < 10 * MOST_EXPIRY_SLOTS; slot++) modelled.schedule(slot, modelled.now + HOUR + slot)
    modelled.move(2 * HOUR)
    let turns = 0
    while (modelled.held.size > 0 && turns < 100) {
      modelled.turn()
      turns++
    }
    expect(turns).toBeLessThanOrEqual(12)
  })

  it('counts a bucket that an earlier turn opened', () => {
    const modelled = new ModelledWheel(0)
    for (let slot = 0; slot < MOST_EXPIRY_SLOTS + 1; slot++) modelled.schedule(slot, 10)
    for (let slot = 20; slot < 30; slot++) modelled.schedule(slot, slot)
    modelled.now = 50
    expect(modelled.turn()).toHaveLength(MOST_EXPIRY_SLOTS)
    expect(modelled.wheel.visitedBuckets).toBe(1)
    expect(modelled.turn()).toEqual([MOST_EXPIRY_SLOTS, 20])
    expect([modelled.wheel.visitedSlots, modelled.wheel.visitedBuckets]).toEqual([2, 2])
  })

  it('counts nothing where nothing is due', () => {
    const modelled = new ModelledWheel(0)
    expect([modelled.wheel.visitedSlots, modelled.wheel.visitedBuckets]).toEqual([0, 0])
    modelled.schedule(0, HOUR)
    expect(modelled.turn()).toEqual([])
    expect([modelled.wheel.visitedSlots, modelled.wheel.visitedBuckets]).toEqual([0, 0])
  })

  it('gives out in time after a clock that was ahead for long stepped back', () => {
    const modelled = new ModelledWheel(1.79e12)
    modelled.schedule(0, modelled.now + 2 * YEAR)
    modelled.move(YEAR)
    modelled.turn()
    modelled.move(-YEAR)
    modelled.schedule(1, modelled.now + 10)
    modelled.move(10)
    modelled.drain()
    expect([...modelled.held.keys()]).toEqual([0])
    modelled.move(2 * YEAR - 10)
    expect(modelled.turn()).toEqual([0])
  })

  it('gives out in time what was scheduled before it was told of a step back', () => {
    for (const step of [1, 10, 63, 64, 65, 1_000, HOUR, YEAR]) {
      const modelled = new ModelledWheel(1.79e12)
      modelled.schedule(0, modelled.now + 2 * YEAR)
      modelled.move(-step)
      modelled.schedule(1, modelled.now + 5)
      modelled.turn()
      modelled.move(5)
      expect(modelled.turn()).toEqual([1])
    }
  })

  it('places by the clock, so that a short life is looked at once and what is opened late at no level twice', () => {
    const modelled = new ModelledWheel(0)
    modelled.schedule(0, 64 ** 3 + 64 ** 2 + 64 + 20)
    modelled.move(64 ** 2)
    modelled.turn()
    modelled.schedule(1, 64 ** 2 + 10)
    modelled.move(9)
    expect([modelled.turn(), modelled.looks]).toEqual([[], 0])
    modelled.move(1)
    expect([modelled.turn(), modelled.looks]).toEqual([[1], 1])
    modelled.move(64 ** 3 + 64)
    expect([modelled.turn(), modelled.looks]).toEqual([[], 2])
    modelled.move(10)
    expect([modelled.turn(), modelled.looks]).toEqual([[0], 3])
  })

  it('never gives out what expires never, or beyond the whole numbers', () => {
    const modelled = new ModelledWheel(0)
    for (const [slot, expiresAt] of [Number.POSITIVE_INFINITY, 1e300, 2 ** 61, 2 ** 53, Number.NaN].entries()) {
      modelled.schedule(slot, 5)
      modelled.schedule(slot, expiresAt)
    }
    modelled.now = Number.MAX_SAFE_INTEGER
    expect([modelled.turn(), modelled.wheel.visitedBuckets]).toEqual([[], 0])
  })

  it('believes the true instant, where that was moved without a word', () => {
    const modelled = new ModelledWheel(0)
    modelled.schedule(0, 10)
    modelled.held.set(0, HOUR)
    modelled.now = 20
    modelled.drain()
    modelled.now = HOUR
    expect(modelled.turn()).toEqual([0])
  })
})

/** The wheel beside a Map of what is scheduled; every turn is checked. */
class ModelledWheel {
  now: number
  looks = 0
  scheduled = 0
  readonly held: Map<number, number> = new Map()
  readonly wheel: ExpiryWheel /** Slots that steps back of the clock may have put in the wrong place. */
  misplaced = 0

  constructor(start: number) {
    this.now = start
    this.wheel = new ExpiryWheel(start, { at: (slot) => this.#look(slot) })
    this.wheel.grow(SLOTS)
  }

  schedule(slot: number, expiresAt: number): void {
    this.scheduled++
    this.held.set(slot, expiresAt)
    this.wheel.schedule(slot, expiresAt)
  }

  cancel(slot: number): void {
    this.held.delete(slot)
    this.wheel.schedule(slot, Number.POSITIVE_INFINITY)
  }

  move(ms: number): void {
    this.now = Math.max(0, this.now + ms)
    if (ms < 0) this.misplaced += this.held.size
  }

  clear(): void {
    this.held.clear()
    this.wheel.clear()
  }

  /** The slots that a turn gives out: all due, and within the bounds. */
  turn(): number[] {
    const looksBefore = this.looks
    const given: number[] = []
    this.wheel.turn(this.now)
    for (let slot = this.wheel.expired(); slot !== NONE; slot = this.wheel.expired()) {
      expect(this.held.get(slot)).toBeLessThanOrEqual(this.now)
      this.held.delete(slot)
      given.push(slot)
    }
    expect(this.wheel.visitedSlots).toBe(this.looks - looksBefore)
    expect(this.wheel.visitedSlots).toBeLessThanOrEqual(MOST_EXPIRY_SLOTS)
    expect(this.wheel.visitedBuckets).toBeLessThanOrEqual(MOST_EXPIRY_BUCKETS)
    return given
  }

  /** Turns until one has nothing to look at; nothing due is left then. */
  drain(): void {
    const mostTurns = (LEVELS + 1) * this.held.size + 1
    let turns = 0
    do {
      expect(turns++).toBeLessThanOrEqual(mostTurns)
      this.turn()
    } while (this.wheel.visitedBuckets > 0)
    for (const expiresAt of this.held.values()) expect(Math.ceil(expiresAt)).toBeGreaterThan(Math.floor(this.now))
  }

  #look(slot: number): number {
    this.looks++
    return this.held.get(slot) ?? expect.unreachable('the wheel asks for a slot that is not scheduled')
  }
}

function modelledStep(random: Random, modelled: ModelledWheel) {
  const slot = random.int(0, SLOTS - 1)
  if (random.chance(0.002)) modelled.clear()
  else if (random.chance(0.03)) modelled.drain()
  else if (random.chance(0.3)) modelled.turn()
  else if (random.chance(0.1)) modelled.move(anyMove(random))
  else if (random.chance(0.05)) scheduleTogether(random, modelled)
  else if (random.chance(0.2)) modelled.cancel(slot)
  else modelled.schedule(slot, modelled.now + anyLife(random))
}

/** More than a turn looks at, in few buckets. */
function scheduleTogether(random: Random, modelled: ModelledWheel): void {
  const life = Math.min(anyLife(random), 7 * DAY)
  for (let count = random.int(10, 80); count > 0; count--)
    modelled.schedule(random.int(0, SLOTS - 1), modelled.now + life + random.int(0, 70))
}

function anyLife(random: Random): number {
  if (random.chance(0.03)) return Number.POSITIVE_INFINITY
  const most = random.pick([0, 3, 70, SECOND, 60 * SECOND, HOUR, DAY, 7 * DAY, 40 * YEAR])
  const life = random.chance(0.2) ? random.next() * most : random.int(0, most)
  return random.chance(0.05) ? -life : life
}

function smallMove(random: Random): number {
  return random.pick([0, 1, 3, 64, random.next() * 5, random.int(0, 500), random.int(0, 60 * SECOND)])
}

function anyMove(random: Random): number {
  const most = random.pick([1, 70, SECOND, HOUR, DAY, YEAR])
  if (random.chance(0.15)) return -random.int(0, most)
  return random.chance(0.5) ? smallMove(random) : random.int(0, most)
}
