// Run as a program with a small heap: tags and namespaces of which each is used once. Says `done` where there is room for it.
import { setImmediate as turn } from 'node:timers/promises'
import { memoryTier, TieredCache } from '@org/tiered-cache'
import { lastingTier } from './lasting-tier.fixture.ts'
import { Wire } from './wire.fixture.ts'

const TIMES = 150_000
const TIMES_IN_NAMESPACES = 30_000
const TIMES_OVER_DISK = 30_000
const AT_ONCE = 1_000
const LONG = 'a tag of some length, as they are, '

/** A store that forgets at once. */
class Nothing extends Map<string, never> {
  override set(): this {
    return this
  }
}

function quietWire(): Wire {
  const wire = new Wire()
  Object.assign(wire, { begun: { push: () => 0 } })
  return wire
}

const inMemory = new TieredCache<number>({ tiers: [memoryTier({ maxEntries: 100 })] })
for (let at = 0; at < TIMES; at++) {
  await inMemory.set('k', at, { tags: [`${LONG}${at}`] })
  if (at % 2 === 0) await inMemory.invalidateTag(`${LONG}${at}`)
  if (at % AT_ONCE === 0) await turn()
}
for (let at = 0; at < TIMES_IN_NAMESPACES; at++) {
  const space = inMemory.namespace<number>(`${LONG}${at}`)
  await space.set('k', at)
  if (at % 2 === 0) await space.clear()
  if (at % AT_ONCE === 0) await turn()
}
const overDisk = new TieredCache<number>({
  tiers: [memoryTier({ maxEntries: 100 }), lastingTier(new Nothing(), quietWire())],
})
for (let at = 0; at < TIMES_OVER_DISK; at++) {
  await overDisk.getOrSet(`k${at}`, () => at, { tags: [`${LONG}${at}`] })
  await overDisk.invalidateTag(`${LONG}${at}`)
  if (at % AT_ONCE === 0) await turn()
}
console.log('done')
process.exit()
