import { setImmediate as turn } from 'node:timers/promises'
import { gate } from '@org/testkit'
import { cpuSince, type SamplePlan } from '../memory/sample.ts'
import type { Value } from '../memory/store.ts'
import { median } from '../percentile.ts'
import type { Sample } from './sample.ts'
import type { ReadThrough } from './subject.ts'

/** By then whoever wants to look for the value first has done so. */
const TURNS = 3

interface Round {
  readonly cpuUs: number
  readonly wallNs: number
}

/** So many ask for one key while it is loaded; told is the time from the end of the load until all of them have the value. */
export async function sampleWaiters(readThrough: ReadThrough, waiters: number, plan: SamplePlan): Promise<Sample> {
  let id = 0
  const roundsFor = async (cpuMs: number): Promise<Round[]> => {
    const rounds: Round[] = []
    let cpuUs = 0
    do {
      const round = await waitTogether(readThrough, waiters, { id: id++ })
      rounds.push(round)
      cpuUs += round.cpuUs
    } while (cpuUs < cpuMs * 1000)
    return rounds
  }
  await roundsFor(plan.warmUpMs)
  const rounds = await roundsFor(plan.measureMs)
  const of = (field: keyof Round): number => median(rounds.map((round) => round[field]))
  return { cpuNs: of('cpuUs') * 1000, wallNs: of('wallNs'), sink: id }
}

async function waitTogether(readThrough: ReadThrough, waiters: number, value: Value): Promise<Round> {
  const loaded = gate<Value>()
  let loads = 0
  const load = (): Promise<Value> => {
    loads++
    return loaded.promise
  }
  const key = `shared:${value.id}`
  const before = process.cpuUsage()
  const pending = Array.from({ length: waiters }, () => readThrough(key, load))
  for (let turns = 0; turns < TURNS; turns++) await turn()
  const begin = performance.now()
  loaded.open(value)
  const values = await Promise.all(pending)
  const wallNs = (performance.now() - begin) * 1e6
  const cpuUs = cpuSince(before)
  if (loads !== 1) throw new Error(`loaded ${loads} times for ${waiters} waiters`)
  if (values.some((each) => each?.id !== value.id)) throw new Error('a waiter got another value')
  return { cpuUs, wallNs }
}
