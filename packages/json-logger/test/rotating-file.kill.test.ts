import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setImmediate as turn } from 'node:timers/promises'
import { eventually, type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { contentsOf, freshDirectory, linesOf, openRotating, PLAIN } from './rotating-file.fixture.ts'
import type { WriterOrder } from './rotating-file.writer.fixture.ts'

const seed = testSeed()
const WRITER = join(import.meta.dirname, 'rotating-file.writer.fixture.ts')
const KILLS = 12
const NEIGHBOURS = 30

const LONG_LINE = 1_000_000

/** Long lines, one after the other: a kill mostly hits the middle of a write. */
const LONG_WRITES = `
  const { openSync, writeSync } = require('node:fs')
  const file = openSync(process.argv[1], 'a')
  const line = Buffer.from('x'.repeat(${LONG_LINE}) + ' end\\n')
  for (;;) writeSync(file, line)
`

/** What a killed writer had said. */
interface Told {
  /** Lines below it are safe. */
  readonly safeBelow: number
  readonly urgent: readonly number[]
}

/** Runs a writer without an end, kills it at a random moment. */
async function killWriter(order: WriterOrder, random: Random): Promise<Told> {
  const child = spawn(process.execPath, [WRITER, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const killAfter = random.int(1, 400)
  let safeBelow = 0
  let told = 0
  const urgent: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, number] = line.split(' ')
    if (word === 'turn') safeBelow = Number(number)
    else urgent.push(Number(number))
    if (++told === killAfter) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return { safeBelow, urgent }
}

/** The numbers of the whole lines of a writer, in the order of the files. */
function numbersOf(name: string, lines: readonly string[]): number[] {
  return lines.filter((line) => line.startsWith(`${name} `)).map((line) => Number(line.split(' ')[1]))
}

const isWhole = (line: string): boolean => /^\w+ \d+ \.+ end$/.test(line)

/** Each line is whole but the last before another writer's first; each writer's are numbered without a gap. */
function checkLines(lines: readonly string[], told: ReadonlyMap<string, Told>): void {
  for (const [at, line] of lines.entries()) {
    if (!isWhole(line)) expect(lines[at + 1] ?? 'w 0', `behind ${line}`).toMatch(/^\w+ 0 /)
  }
  const whole = lines.filter(isWhole)
  for (const [name, { safeBelow, urgent }] of told) {
    const numbers = numbersOf(name, whole)
    expect(numbers).toEqual(numbers.map((_, index) => index))
    expect(numbers.length).toBeGreaterThanOrEqual(safeBelow)
    expect(numbers.length).toBeGreaterThan(urgent.at(-1) ?? -1)
  }
}

describe('RotatingFile, killed', () => {
  it.each([
    { durability: 'turn' as const, gzipBackups: false },
    { durability: 'turn' as const, gzipBackups: true },
    { durability: 'line' as const, gzipBackups: false },
  ])(
    `loses the running turn at most and keeps the chain whole, ${KILLS} times (%o, seed ${seed})`,
    async (how) => {
      const random = seededRandom(seed)
      const path = join(freshDirectory(), 'app.log')
      const options = { ...PLAIN, ...how, path, maxBytes: 20_000, backupCount: 100_000 }
      const told = new Map<string, Told>()
      for (let kill = 0; kill < KILLS; kill++) {
        const order = { options, name: `w${kill}`, lines: null, linesPerTurn: random.int(1, 60) }
        told.set(order.name, await killWriter({ ...order, urgentEvery: 7, isTelling: true, threads: 0 }, random))
      }
      const { target } = openRotating(path, options)
      for (let line = 0; line < 1_000; line++) target.write(`last ${line} ${'.'.repeat(40)} end\n`, false)
      await target.close()

      checkLines(linesOf(path), told)
      checkChain(path)
      for (const text of contentsOf(path).values()) expect(text.length).toBeLessThanOrEqual(20_000)
    },
    120_000,
  )

  it('begins a new line behind one that a killed writer left torn', () => {
    const path = join(freshDirectory(), 'app.log')
    appendFileSync(path, 'whole\ntor')
    const { target } = openRotating(path)
    target.write('next\n', true)
    expect(linesOf(path)).toEqual(['whole', 'tor', 'next'])
  })

  it.each(['turn', 'line'] as const)('begins a new line behind one torn between two writes (durability %s)', (how) => {
    const path = join(freshDirectory(), 'app.log')
    const { target } = openRotating(path, { durability: how })
    target.write('{"n":1}\n', true)
    appendFileSync(path, '{"half')
    target.write('{"n":2}\n', true)
    appendFileSync(path, '{"n":3}\n')
    target.write('{"n":4}\n', true)
    expect(linesOf(path)).toEqual(['{"n":1}', '{"half', '{"n":2}', '{"n":3}', '{"n":4}'])
  })

  it('leaves every line of a healthy neighbour whole', async () => {
    const path = join(freshDirectory(), 'app.log')
    const { target } = openRotating(path)
    const over = new AbortController()
    const neighbours = killNeighbours(path).finally(() => over.abort())
    let written = 0
    while (!over.signal.aborted) {
      target.write(`{"survivor":${written++}}\n`, true)
      await turn()
    }
    expect(await neighbours).toBe(NEIGHBOURS)
    const lines = linesOf(path)
    // Else no neighbour was killed in the middle of a write, and nothing is proven.
    expect(lines.filter((line) => isTorn(line)).length).toBeGreaterThan(0)
    const own = lines.filter((line) => line.includes('survivor'))
    expect(own).toEqual(Array.from({ length: written }, (_, index) => `{"survivor":${index}}`))
  }, 60_000)
})

/** Starts writers of long lines and kills each in the middle of its writing; answers how many. */
async function killNeighbours(path: string): Promise<number> {
  let killed = 0
  for (; killed < NEIGHBOURS; killed++) {
    const child = spawn(process.execPath, ['-e', LONG_WRITES, path], { stdio: ['ignore', 'inherit', 'inherit'] })
    const longer = statSync(path).size + LONG_LINE
    await eventually(() => statSync(path).size > longer, { within: 30_000, every: 1 })
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  return killed
}

const isTorn = (line: string): boolean => /^x+$/.test(line)

/** Names without a gap; nothing of the dead is left beside them. */
function checkChain(path: string): void {
  const names = readdirSync(join(path, '..'))
  const indices = names.flatMap((name) => /^app\.log\.(\d+)(?:\.gz)?$/.exec(name)?.[1] ?? []).map(Number)
  expect(indices.toSorted((a, b) => a - b)).toEqual(indices.map((_, index) => index + 1))
  expect(names.filter((name) => !/^app\.log(\.\d+(\.gz)?)?$/.test(name))).toEqual([])
}
