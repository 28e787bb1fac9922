import type { Weights } from '../src/policies/policy.ts'
import type { PlainVisits } from './policy-plain-visits.fixture.ts'

const MOST_FREQUENT = 15
const PROTECTED_SHARE = 0.9
const MOST_DEMOTIONS = 4
const WARM = 6
const WARM_CHANCE = 1 / 128

type Region = 'window' | 'probation' | 'protected'

/** What is known of an entry that is there. */
export interface Resident {
  readonly slot: number
  readonly hash: number
  region: Region
  frequency: number
  wasUsed: boolean
  isSampled: boolean
}

/**
 * What `WindowLfu` and `Regions` do, in plain code: an object for each entry, an array for each region with the oldest first, sums
 * made anew whenever they are asked for.
 */
export class PlainWindowLfu {
  readonly residents: Map<number, Resident> = new Map()
  readonly visits: PlainVisits
  readonly #weightAt: (slot: number) => number
  readonly #regions: Record<Region, Resident[]> = { window: [], probation: [], protected: [] }
  #draw: number

  constructor(weights: Weights, seed: number, visits: PlainVisits) {
    this.visits = visits
    this.#weightAt = (slot) => weights.at(slot)
    this.#draw = seed | 1
  }

  add(slot: number, hash: number, frequency: number, window: number): Resident {
    const resident: Resident = { slot, hash, region: 'window', frequency, wasUsed: false, isSampled: false }
    this.residents.set(slot, resident)
    this.#regions.window.push(resident)
    this.#shrinkWindow(window)
    return resident
  }

  use(resident: Resident): void {
    resident.frequency = Math.min(resident.frequency + 1, MOST_FREQUENT)
    resident.wasUsed = true
  }

  remove(resident: Resident): void {
    this.#unlink(resident)
    this.residents.delete(resident.slot)
  }

  clear(): void {
    this.residents.clear()
    for (const region of Object.values(this.#regions)) region.length = 0
  }

  victim(window: number): Resident | undefined {
    if (!this.visits.mayWalk()) return this.#oldestAsItIs(window)
    if (this.#weightOf('window') >= window) {
      this.#shrinkWindow(window)
      const candidate = this.#oldestUnused('window', 'window')
      if (candidate !== undefined) return this.#loser(candidate)
    }
    return this.#mainVictim() ?? this.#oldestUnused('window', 'window')
  }

  #oldestAsItIs(window: number): Resident | undefined {
    const { window: newcomers, probation, protected: guarded } = this.#regions
    const main = this.#weightOf('probation') + this.#weightOf('protected')
    const isGuardedFirst = this.#weightOf('protected') > PROTECTED_SHARE * main
    const victim = (isGuardedFirst ? [...guarded, ...probation] : [...probation, ...guarded])[0]
    if (victim === undefined) return newcomers[0]
    const candidate = this.#weightOf('window') >= window ? newcomers[0] : undefined
    return candidate === undefined || candidate.frequency > victim.frequency ? victim : candidate
  }

  admits(frequency: number, weight: number): boolean {
    return this.#wins(frequency, weight, this.#mainVictim())
  }

  averageWeight(): number {
    const all = this.#weightOf('window') + this.#weightOf('probation') + this.#weightOf('protected')
    return this.residents.size === 0 ? 1 : all / this.residents.size
  }

  hottest(): number[] {
    const { window, probation, protected: guarded } = this.#regions
    return [...window, ...probation, ...guarded].toReversed().map(({ slot }) => slot)
  }

  #loser(candidate: Resident): Resident {
    const victim = this.#mainVictim()
    if (victim === undefined) return candidate
    if (!this.#wins(candidate.frequency, this.#weightAt(candidate.slot), victim)) return candidate
    this.#move(candidate, 'probation')
    return victim
  }

  #wins(frequency: number, weight: number, victim: Resident | undefined): boolean {
    const isBetter = victim !== undefined && frequency > this.#frequencyFrom(victim, weight, frequency)
    return isBetter || (frequency >= WARM && this.#drawn() < WARM_CHANCE)
  }

  /** Of the entries of the main region from one on that weigh so much together; once it is enough the rest does not matter. */
  #frequencyFrom(victim: Resident, weight: number, enough: number): number {
    const { probation, protected: guarded } = this.#regions
    const main = victim.region === 'probation' ? [...probation, ...guarded] : this.#regions[victim.region]
    let seen = 0
    let sum = 0
    for (const resident of main.slice(main.indexOf(victim))) {
      sum += resident.frequency
      seen += this.#weightAt(resident.slot)
      if (seen >= weight || sum >= enough) return sum
      if (!this.visits.mayWalk()) return seen === 0 ? sum : (sum * weight) / seen
      this.visits.walk()
    }
    return Infinity
  }

  #mainVictim(): Resident | undefined {
    for (let step = 0; step < MOST_DEMOTIONS && this.visits.mayWalk(); step++) {
      const main = this.#weightOf('probation') + this.#weightOf('protected')
      if (this.#weightOf('protected') <= PROTECTED_SHARE * main) break
      const oldest = this.#regions.protected[0]!
      this.visits.walk()
      this.#move(oldest, oldest.wasUsed ? 'protected' : 'probation')
      oldest.wasUsed = false
    }
    return this.#oldestUnused('probation', 'protected') ?? this.#oldestUnused('protected', 'protected')
  }

  #shrinkWindow(window: number): void {
    if (this.#weightOf('window') <= window || !this.visits.mayWalk()) return
    const oldest = this.#oldestUnused('window', 'window')!
    if (this.#weightOf('window') - this.#weightAt(oldest.slot) >= window) this.#move(oldest, 'probation')
  }

  #oldestUnused(region: Region, chosen: Region): Resident | undefined {
    while (this.visits.mayWalk()) {
      const oldest = this.#regions[region][0]
      if (oldest === undefined) return undefined
      this.visits.walk()
      if (!oldest.wasUsed) return oldest
      oldest.wasUsed = false
      this.#move(oldest, chosen)
    }
    return this.#regions[region][0]
  }

  #move(resident: Resident, region: Region): void {
    this.#unlink(resident)
    resident.region = region
    this.#regions[region].push(resident)
  }

  #unlink(resident: Resident): void {
    const region = this.#regions[resident.region]
    region.splice(region.indexOf(resident), 1)
  }

  #weightOf(region: Region): number {
    return this.#regions[region].reduce((sum, { slot }) => sum + this.#weightAt(slot), 0)
  }

  /** Xorshift of 32 bits. */
  #drawn(): number {
    this.#draw ^= this.#draw << 13
    this.#draw ^= this.#draw >>> 17
    this.#draw ^= this.#draw << 5
    return (this.#draw >>> 0) / 2 ** 32
  }
}
