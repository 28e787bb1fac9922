// Run as a program by `Neighbour`: a process with a tier, which does what its parent says.
import { openSubject } from './subject.ts'
import type { NeighbourAnswer, NeighbourOrder, NeighbourSetting } from './neighbour.ts'
import { entryOf, foundIn } from './versioned-entry.ts'

const { subject, place } = JSON.parse(process.argv[2] ?? '') as NeighbourSetting
const opening = openSubject(subject, place)
// Who asks is told.
opening.catch(() => {})

async function answerTo(order: NeighbourOrder): Promise<NeighbourAnswer> {
  const tier = await opening
  if (order.do === 'close') await tier.close?.()
  if (order.do === 'set') {
    await Promise.all(order.keys.map(async (key) => tier.set(key, entryOf(key, order.version, order.bytes))))
  }
  if (order.do === 'get') {
    return { found: await Promise.all(order.keys.map(async (key) => foundIn(key, await tier.get(key)))) }
  }
  return {}
}

process.on('message', (order) => {
  answerTo(order as NeighbourOrder).then(
    (answer) => process.send?.(answer),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }),
  )
})
process.once('disconnect', () => process.exit())
