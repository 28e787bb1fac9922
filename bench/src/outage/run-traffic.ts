// Started by traffic-process.ts: sends requests to one cache, as its parent says, and tells what became of them.
import { CONTESTANTS, type ContestantId } from './contestants.ts'
import { keyOf, MEMORY_KEYS, valueOf } from './requests.ts'
import type { Address, Subject } from './subject.ts'
import { HANG_MS, type Marks, type Summary, summarise } from './summary.ts'
import { Traffic, type TrafficPlan } from './traffic.ts'

/** What the process is asked for. */
export interface TrafficJob extends TrafficPlan {
  readonly contestant: ContestantId
  readonly address: Address
  /** Keys of the kind `hit` that Redis is to hold. */
  readonly held: number
}

/** What its parent says: reach Redis at another address, with a new cache; or end. */
export type Order = { readonly moveTo: Address } | { readonly finish: Marks }

/** What it answers, to the job and to each order. */
export type Report = { readonly done: 'begun' | 'moved' } | { readonly found: Found } | { readonly fault: string }

/** What came of it all. */
export interface Found extends Summary {
  /** Promises that were rejected without anybody to hear it, and errors that nobody caught. */
  readonly unhandled: number
  /** The longest deadline that an operation on Redis passed during the fault; `undefined` where none did, or who has none. */
  readonly passedDeadlineMs: number | undefined
}

const FILL_AT_ONCE = 100

let unhandled = 0
for (const event of ['unhandledRejection', 'uncaughtException'] as const) process.on(event, () => unhandled++)

const job = JSON.parse(process.argv[2] ?? '') as TrafficJob
const { open } = await CONTESTANTS[job.contestant].load()
const traffic = new Traffic(job)
let subject: Subject
const say = (report: Report): unknown => process.send?.(report)
const orFault = (work: Promise<Report>): Promise<unknown> =>
  work.then(say, (error: unknown) => say({ fault: error instanceof Error ? error.message : String(error) }))

process.on('message', (order: Order) => void orFault(obey(order)))
await orFault(begin())

async function begin(): Promise<Report> {
  await fill(await opened(job.address))
  subject = await opened(job.address)
  await Promise.all(MEMORY_KEYS.map((key) => subject.set(key, valueOf(key))))
  traffic.begin(subject)
  return { done: 'begun' }
}

async function opened(address: Address): Promise<Subject> {
  const made = await open(address)
  await made.ready()
  return made
}

/** By a cache that is closed then: what is read afterwards is in no memory. */
async function fill(filler: Subject): Promise<void> {
  for (let from = 0; from < job.held; from += FILL_AT_ONCE) {
    const keys = Array.from({ length: Math.min(FILL_AT_ONCE, job.held - from) }, (_key, at) => keyOf('hit', from + at))
    await Promise.all(keys.map((key) => filler.set(key, valueOf(key))))
  }
  await filler.close()
}

async function obey(order: Order): Promise<Report> {
  return 'moveTo' in order ? move(order.moveTo) : { found: await finish(order.finish) }
}

/** The requests go to a cache that has yet to find Redis. */
async function move(address: Address): Promise<Report> {
  traffic.pause()
  await traffic.drain(HANG_MS)
  await subject.close()
  subject = await open(address)
  for (const key of MEMORY_KEYS) void subject.set(key, valueOf(key))
  traffic.begin(subject)
  return { done: 'moved' }
}

async function finish(marks: Marks): Promise<Found> {
  traffic.pause()
  await traffic.drain(HANG_MS + 100)
  const passedDeadlineMs = subject.passedDeadlineMs(marks.faultAt, marks.endingAt)
  return { ...summarise(traffic.requests, marks), unhandled, passedDeadlineMs }
}
