import { describe, expect, it } from 'vitest'
import { LONGEST_WALK, MOST_VICTIMS, Visits } from './visits.ts'

describe('Visits', () => {
  it('count what is walked over and what leaves, until the next operation begins', () => {
    const visits = new Visits()
    for (let at = 0; at < LONGEST_WALK; at++) {
      expect(visits.mayWalk).toBe(true)
      visits.walk()
    }
    expect([visits.mayWalk, visits.evict(), visits.slots]).toEqual([false, true, LONGEST_WALK + 1])
    visits.begin()
    expect([visits.mayWalk, visits.slots]).toEqual([true, 0])
  })

  it('let no more leave once so many were looked at', () => {
    const visits = new Visits()
    for (let at = 0; at < MOST_VICTIMS; at++) expect(visits.evict()).toBe(true)
    expect(visits.evict()).toBe(false)
  })

  it('allow no walk in a hurry, nor a longer one than they are told', () => {
    const [hurried, short] = [new Visits(), new Visits(1)]
    hurried.hurry()
    short.walk()
    expect([hurried.mayWalk, hurried.evict(), short.mayWalk]).toEqual([false, true, false])
  })
})
