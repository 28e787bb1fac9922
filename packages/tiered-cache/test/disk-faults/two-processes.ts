import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesBelow } from './directory-tree.ts'
import { Neighbour } from './neighbour.ts'
import type { Place, SubjectName } from './subject.ts'

const MiB = 1024 ** 2
const ROUNDS = 5
const BYTES = 3_000

/** Who writes what: each has keys of its own, and some are everybody's. */
const [FIRST, SECOND] = [
  { keys: keysNamed('first'), version: 1_000 },
  { keys: keysNamed('second'), version: 2_000 },
]
const COMMON = keysNamed('common')

/** Two processes with tiers on one directory, a kill, and who comes after. Answers what was not as it should be. */
export async function twoProcesses(subject: SubjectName): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'disk-two-'))
  const play = new TwoProcesses(subject, { directory, maxBytes: 32 * MiB, segmentBytes: MiB })
  try {
    await play.play()
  } finally {
    await play.end()
    rmSync(directory, { recursive: true, force: true })
  }
  return play.complaints
}

class TwoProcesses {
  readonly complaints: string[] = []
  readonly #subject: SubjectName
  readonly #place: Place
  readonly #all: Neighbour[] = []

  constructor(subject: SubjectName, place: Place) {
    this.#subject = subject
    this.#place = place
  }

  async play(): Promise<void> {
    const [first, second] = [await this.#open(), await this.#open()]
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all([this.#write(first, FIRST, round), this.#write(second, SECOND, round)])
    }
    await this.#look('the first', first, FIRST)
    await this.#look('the second', second, SECOND)
    await first.kill()
    const third = await this.#open()
    await this.#look('who comes after the first, which was killed,', third, FIRST)
    await this.#look('the second, still', second, SECOND)
    for (const each of [second, third]) await each.tell({ do: 'close' })
    for (const each of [second, third]) await each.kill()
    const fourth = await this.#open()
    const found = (await fourth.tell({ do: 'get', keys: [...FIRST.keys, ...SECOND.keys, ...COMMON] })).found ?? []
    if (!found.some((each) => typeof each === 'number')) this.complaints.push('who comes last finds nothing')
    if (found.includes('wrong')) this.complaints.push('who comes last finds what nobody wrote')
    if (bytesBelow(this.#place.directory) > this.#place.maxBytes) this.complaints.push('what others have left goes on')
  }

  async end(): Promise<void> {
    await Promise.all(this.#all.map((each) => each.kill()))
  }

  async #open(): Promise<Neighbour> {
    const neighbour = new Neighbour({ subject: this.#subject, place: this.#place })
    this.#all.push(neighbour)
    const { error } = await neighbour.tell({ do: 'open' })
    if (error !== undefined) this.complaints.push(`does not open: ${error}`)
    return neighbour
  }

  async #write(neighbour: Neighbour, { keys, version }: typeof FIRST, round: number): Promise<void> {
    const order = { do: 'set', keys: [...keys, ...COMMON], version: version + round, bytes: BYTES } as const
    const { error } = await neighbour.tell(order)
    if (error !== undefined) this.complaints.push(`does not write: ${error}`)
  }

  /** Of its own keys it has the last value; of the common ones no other than one that somebody wrote. */
  async #look(who: string, neighbour: Neighbour, { keys, version }: typeof FIRST): Promise<void> {
    const { found = [], error } = await neighbour.tell({ do: 'get', keys })
    if (error !== undefined) this.complaints.push(`${who} does not read: ${error}`)
    const lost = found.filter((each) => each !== version + ROUNDS - 1).length
    if (lost > 0) this.complaints.push(`${who} has not the last value of ${lost} keys`)
    const common = (await neighbour.tell({ do: 'get', keys: COMMON })).found ?? []
    const isOne = (each: unknown): boolean =>
      [FIRST, SECOND].some((writer) => typeof each === 'number' && each === writer.version + ROUNDS - 1)
    if (!common.every(isOne)) this.complaints.push(`${who} has an older or a wrong value of a common key`)
  }
}

function keysNamed(name: string): string[] {
  return Array.from({ length: 40 }, (_, index) => `${name}:${index}`)
}
