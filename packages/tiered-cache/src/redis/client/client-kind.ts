import { shown } from '../../option-object.ts'
import { IoredisClient, type IoredisInstance, type IoredisOptions } from './ioredis-client.ts'
import { IoredisCluster, type IoredisClusterInstance } from './ioredis-cluster.ts'
import { NodeRedisClient, type NodeRedisInstance } from './node-redis-client.ts'
import { NodeRedisCluster, type NodeRedisClusterInstance } from './node-redis-cluster.ts'
import { NodeRedisSentinel, type NodeRedisSentinelInstance } from './node-redis-sentinel.ts'
import type { OwnClient } from './redis-client.ts'

type Methods = Readonly<Record<string, unknown>>

const COMMON = ['on', 'listeners', 'connect', 'subscribe', 'unsubscribe']
const RULE =
  'a client of node-redis 5 or 6 (createClient, createCluster, createSentinel), of ioredis 5 or 6 or of iovalkey'

/**
 * A client of whichever kind, told by what it can do.
 * @throws TypeError naming `option` for what is none, or was made with options that would give wrong answers.
 */
export function clientOf(option: string, client: unknown): OwnClient {
  const made = isObject(client) ? (ioredisOf(option, client) ?? nodeRedisOf(client)) : undefined
  if (made === undefined) throw new TypeError(`${option} must be ${RULE}, got ${kindOf(client)}`)
  return made
}

function ioredisOf(option: string, client: Methods): OwnClient | undefined {
  if (!has(client, [...COMMON, 'duplicate', 'callBuffer', 'disconnect', 'off']) || typeof client['status'] !== 'string')
    return undefined
  const isCluster = client['isCluster'] === true
  assertIoredisOptions(option, isCluster, client['options'] ?? {})
  return isCluster
    ? new IoredisCluster(client as unknown as IoredisClusterInstance)
    : new IoredisClient(client as unknown as IoredisInstance)
}

function assertIoredisOptions(option: string, isCluster: boolean, options: IoredisOptions): void {
  const { redisOptions } = options
  const refuse = (what: string): never => {
    throw new TypeError(`${option} must be made without ${what}`)
  }
  if (options.stringNumbers === true || redisOptions?.stringNumbers === true) refuse('stringNumbers')
  if (options.replyMapping === 'resp3' || redisOptions?.replyMapping === 'resp3') refuse("replyMapping 'resp3'")
  if (!isCluster) return
  // The prefix moves keys to other slots than the ones they are grouped by; a replica may be behind.
  if ((options.keyPrefix ?? '') !== '') refuse('keyPrefix on a cluster: give the prefix to the cache')
  if ((options.scaleReads ?? 'master') !== 'master') refuse('scaleReads: replicas may answer what is out of date')
}

function nodeRedisOf(client: Methods): OwnClient | undefined {
  // node-redis 4 knows no type mapping and would answer strings; a pool has no connection to duplicate.
  if (!has(client, [...COMMON, 'sendCommand', 'destroy', 'withTypeMapping']) || typeof client['isOpen'] !== 'boolean') {
    return undefined
  }
  if (has(client, ['acquire', 'getMasterNode']) && typeof client['isReady'] === 'boolean') {
    return new NodeRedisSentinel(client as unknown as NodeRedisSentinelInstance)
  }
  if (!has(client, ['duplicate'])) return undefined
  if (has(client, ['getSlotRandomNode'])) return new NodeRedisCluster(client as unknown as NodeRedisClusterInstance)
  const isClient = has(client, ['unref']) && typeof client['isReady'] === 'boolean'
  return isClient ? new NodeRedisClient(client as unknown as NodeRedisInstance) : undefined
}

function isObject(value: unknown): value is Methods {
  return typeof value === 'object' && value !== null
}

function has(client: Methods, methods: readonly string[]): boolean {
  return methods.every((method) => typeof client[method] === 'function')
}

/** Strings may be addresses with a password in them. */
function kindOf(client: unknown): string {
  return typeof client === 'string' ? 'a string' : shown(client)
}
