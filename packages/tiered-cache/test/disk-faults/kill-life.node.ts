// Run as a program by `KillProcess`: writes, overwrites and deletes until it is killed, and tells each acknowledgement before it goes on.
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { setImmediate as turn } from 'node:timers/promises'
import { seededRandom } from '@org/testkit'
import type { Tier } from '@org/tiered-cache'
import { type LifeOrder, type Telling, toLine } from './kill-messages.ts'
import { keysOf, type Operation } from './operation.ts'
import { openSubject } from './subject.ts'
import { entryOf, type Found, foundIn } from './versioned-entry.ts'
import { WriteRecord } from './write-record.ts'

const STDOUT = 1

/** Whole when it returns, whatever becomes of this process. */
function tell(telling: Telling): void {
  writeSync(STDOUT, toLine(telling))
}

async function look(tier: Tier, keys: readonly string[]): Promise<(readonly [string, Found])[]> {
  return Promise.all(keys.map(async (key) => [key, foundIn(key, await tier.get(key))] as const))
}

async function write(tier: Tier, { number, kind, key, bytes }: Operation, record: WriteRecord): Promise<void> {
  await (kind === 'set' ? tier.set(key, entryOf(key, number, bytes)) : tier.delete(key))
  record.acknowledge(number)
  tell({ tell: 'acknowledged', number })
}

/**
 * Reads while writes are under way: what was begun before, acknowledged or not, is not to be seen any more, and what was
 * acknowledged is to be seen until something else is begun.
 */
async function read(tier: Tier, key: string, record: WriteRecord, mayBeGone: boolean): Promise<void> {
  const history = record.of(key)
  const { newest, isSettled } = history
  const found = foundIn(key, await tier.get(key))
  const mayBeAbsent = mayBeGone || !isSettled || history.newest !== newest
  let complaint = history.complaint(key, found, mayBeAbsent)
  if (typeof found === 'number' && found < newest.number) {
    complaint = `${key} gave ${found} after the ${newest.kind} ${newest.number} was begun`
  }
  if (complaint !== undefined) tell({ tell: 'complaint', complaint: `in its life: ${complaint}` })
}

async function live(order: LifeOrder): Promise<void> {
  const { plan, group, from, mayBeGone } = order
  const keys = keysOf(plan)
  // A kill damages nothing.
  const tier = await openSubject(order.subject, order.place, (warning) =>
    tell({ tell: 'complaint', complaint: warning }),
  )
  const found = await look(tier, keys)
  tell({ tell: 'found', found })
  const record = new WriteRecord(plan)
  for (const [key, each] of found) if (typeof each === 'number') record.adopt(key, each)
  record.skipTo(from)
  const random = seededRandom(plan.seed + from)
  for (let bytes = 0; bytes < order.maxBytes; ) {
    const operations = record.beginUpTo(record.next + random.int(0, group - 1))
    const reads = Array.from({ length: random.int(0, 2) }, () => random.pick(keys))
    bytes += operations.reduce((sum, operation) => sum + operation.bytes, 0)
    await Promise.all([
      ...operations.map((operation) => write(tier, operation, record)),
      ...reads.map((key) => read(tier, key, record, mayBeGone)),
    ])
    if (random.chance(0.1)) await turn()
  }
}

process.once('message', (order) => {
  live(order as LifeOrder).catch((error: unknown) => {
    tell({ tell: 'complaint', complaint: `failed: ${error instanceof Error ? error.stack : String(error)}` })
  })
})
process.once('disconnect', () => process.exit())
// Who is killed keeps nothing at its end.
flushCompileCache()
process.send?.('blank')
