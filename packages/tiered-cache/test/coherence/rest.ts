import { isAfter } from '../../src/redis/stream-id.ts'
import type { Random } from '@org/testkit'
import type { CacheNode } from './cache-node.ts'
import type { History } from './history.ts'
import type { SharedRedis } from './shared-redis.ts'

/** A node that was mute finds out within 6 s, Redis' breaker and replays come after. */
const WELL_WITHIN_MS = 30_000
/** A key that is written to be heard of. */
const MARKER = 'marker'
const ABSENT = 'absent'
const HEARD_WITHIN_MS = 20_000
const WRITTEN_WITHIN_MS = 20_000

/**
 * What holds when nothing is under way and everything is healed: Redis is not older than the last invalidation that reached it, or that
 * a node which lived on has sent since; every node hears of all, gives nothing older, and after one more write gives exactly that.
 */
export async function checkRest(
  history: History,
  redis: SharedRedis,
  keys: readonly string[],
  random: Random,
): Promise<void> {
  const { nodes, ledger, writes } = history
  ledger.note('rest')
  await Promise.all(nodes.map((node) => wellAgain(history, node)))
  // A node that was started again and missed nothing is told nothing before the next message.
  await writeOnce(history, random.pick(nodes), MARKER, 'delete')
  await allHeard(history, redis)
  const lives = new Set(nodes.map((node) => node.life))
  for (const key of keys) {
    const owed = writes.owed(key, (life) => lives.has(life))
    ledger.acknowledge(key, owed)
    await history.look(key)
    for (const node of nodes) {
      const version = await history.read(node, key, 'getOrSet')
      if (version !== undefined) ledger.expect(`at rest ${node.name}`, key, version, owed)
    }
  }
  for (const key of keys) await writeOnce(history, random.pick(nodes), key, random.pick(['set', 'delete']))
  await allHeard(history, redis)
  for (const node of nodes) for (const key of keys) await givesNewest(history, node, key)
  history.watch.judge()
}

/** It has sent what it owed, and Redis answers it. */
async function wellAgain(history: History, node: CacheNode): Promise<void> {
  const { life } = node
  let last = 'no answer'
  const isWell = async (): Promise<boolean> => {
    // Only who is asked for something finds out that Redis is back.
    const answer = await node.call({ do: 'get', key: ABSENT, tags: 0 })
    if (answer === undefined) return false
    last = `${answer.pending} pending, Redis ${answer.available ? 'available' : 'away'}`
    return answer.pending === 0 && answer.available
  }
  await history.inTime(`${node.name} is well again`, isWell, WELL_WITHIN_MS)
  history.ledger.note(`${node.name}: ${last}`)
  history.writes.settle(life)
}

/** On a busy machine it may pass a deadline: then once more. */
async function writeOnce(history: History, node: CacheNode, key: string, deed: 'set' | 'delete'): Promise<void> {
  await history.inTime(`a write of ${key}`, () => history.write(node, deed, [key]), WRITTEN_WITHIN_MS)
}

async function allHeard(history: History, redis: SharedRedis): Promise<void> {
  const tip = await redis.tip()
  history.ledger.note(`the bus is at ${tip}`)
  const hasHeard = ({ cursor }: CacheNode): boolean =>
    tip === undefined || (cursor !== undefined && !isAfter(tip, cursor))
  for (const node of history.nodes) {
    await history.inTime(`${node.name} hears of all`, () => hasHeard(node), HEARD_WITHIN_MS)
  }
}

async function givesNewest(history: History, node: CacheNode, key: string): Promise<void> {
  const version = await history.read(node, key, 'getOrSet')
  if (version !== history.ledger.version(key)) history.ledger.violate(`${node.name} gives ${key} ${version} in the end`)
}
