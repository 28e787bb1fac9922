import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Random, seededRandom } from '@org/testkit'
import type { Tier } from '@org/tiered-cache'
import { type Image, IMAGE_BOUNDS, lay, makeImage } from './image.ts'
import { mutate, MUTATION_NAMES, type MutationName } from './mutations.ts'
import { keysOf } from './operation.ts'
import { scratchFolder } from './scratch.ts'
import { openSubject, type SubjectName } from './subject.ts'
import { entryOf, type Found, foundIn } from './versioned-entry.ts'

const MUTATIONS_PER_IMAGE = 250
const NEW_BYTES = 500

/** What became of the mutations. */
export interface DamageOutcome {
  readonly mutations: number
  /** Values that were still read, and those that had become a miss. */
  readonly hits: number
  readonly misses: number
  readonly complaints: readonly string[]
}

/**
 * Does so many things to the files of tiers that are closed, one at a time, and reads all of them after each. Ends early where
 * something is wrong.
 */
export async function damageRuns(
  subject: SubjectName,
  mutations: number,
  firstSeed: number,
  onImage: (outcome: DamageOutcome) => void = () => {},
): Promise<DamageOutcome> {
  const directory = mkdtempSync(join(scratchFolder(), 'disk-damage-'))
  const sum = { mutations: 0, hits: 0, misses: 0, complaints: [] as string[] }
  try {
    while (sum.mutations < mutations && sum.complaints.length === 0) {
      const image = await makeImage(subject, firstSeed + sum.mutations)
      const last = Math.min(mutations, sum.mutations + MUTATIONS_PER_IMAGE)
      for (; sum.mutations < last && sum.complaints.length === 0; sum.mutations++) {
        const damaged = new Damaged(subject, directory, image, seededRandom(firstSeed + sum.mutations))
        sum.complaints.push(...(await damaged.play()))
        sum.hits += damaged.hits
        sum.misses += damaged.misses
      }
      onImage(sum)
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
  return sum
}

/** Who has all in one file cannot know an earlier copy of it for what it is. */
function namesFor(subject: SubjectName): readonly MutationName[] {
  return subject === 'sqlite' ? MUTATION_NAMES.filter((name) => name !== 'restoreEarlier') : MUTATION_NAMES
}

/** What is gone a log misses, unlike what is cut. */
const MISSED: readonly (MutationName | undefined)[] = ['removeFile', 'removeKind']

/** One image, damaged once. */
class Damaged {
  hits = 0
  misses = 0
  readonly #subject: SubjectName
  readonly #directory: string
  readonly #image: Image
  readonly #random: Random
  #mutation: MutationName | undefined

  constructor(subject: SubjectName, directory: string, image: Image, random: Random) {
    this.#subject = subject
    this.#directory = directory
    this.#image = image
    this.#random = random
  }

  #isMissed(): boolean {
    return this.#subject.startsWith('disk') && MISSED.includes(this.#mutation)
  }

  async play(): Promise<string[]> {
    lay(this.#image, this.#directory)
    this.#mutation = mutate(this.#directory, this.#random, this.#image, namesFor(this.#subject))
    const complaints = await this.#told(() => this.#firstLife())
    // What the first life has made of the damage is to hold.
    if (complaints.length === 0 && this.#random.chance(0.25)) complaints.push(...(await this.#told(() => this.#life())))
    return complaints.map((complaint) => `seed ${this.#random.seed}, ${this.#mutation}: ${complaint}`)
  }

  async #told(work: () => Promise<string[]>): Promise<string[]> {
    try {
      return await work()
    } catch (error) {
      return [error instanceof Error ? `failed: ${error.stack}` : String(error)]
    }
  }

  #open(): Promise<Tier> {
    return openSubject(this.#subject, { directory: this.#directory, ...IMAGE_BOUNDS })
  }

  async #life(): Promise<string[]> {
    const tier = await this.#open()
    const complaints = await this.#look(tier)
    await tier.close?.()
    return complaints
  }

  /** Damage does not keep it from working. */
  async #firstLife(): Promise<string[]> {
    const tier = await this.#open()
    const complaints = await this.#look(tier)
    const [key, number] = ['new', this.#random.int(1, 1_000)]
    await tier.set(key, entryOf(key, number, NEW_BYTES))
    const found = foundIn(key, await tier.get(key))
    if (found !== number) complaints.push(`a new key gives ${found} in place of ${number}`)
    await tier.close?.()
    return complaints
  }

  async #look(tier: Tier): Promise<string[]> {
    const found: (readonly [string, Found])[] = []
    for (const key of keysOf(this.#image.plan)) found.push([key, foundIn(key, await tier.get(key))])
    const present = found.filter(([, each]) => typeof each === 'number')
    this.hits += present.length
    this.misses += found.length - present.length
    return found.flatMap(([key, each]) => this.#complaint(key, each) ?? [])
  }

  /** Where the end of a log cannot be told from a torn one, it may have been there before; nothing may be made up. */
  #complaint(key: string, found: Found): string | undefined {
    const { record, isClean } = this.#image
    if (isClean || typeof found !== 'number' || this.#isMissed()) return record.of(key).complaint(key, found, true)
    return record.wasSet(key, found) ? undefined : `${key} gave ${found}, which was never set`
  }
}
