import { type RedisServer, startCluster, startProxy, startRedis, type TcpProxy } from '@org/testkit'
import { operate } from './operator.ts'
import { portOpen } from './port-open.ts'
import { behindProxy, type Deed, onRedis, type Scene, sceneOf } from './scene.ts'

/** Something that happens to Redis, or on the way there. */
export interface Fault {
  readonly id: string
  readonly title: string
  /** Sets it up; nothing has happened yet. */
  readonly open: () => Promise<Scene>
}

const DROP_EVERY_MS = 50
const SLOW_BY_MS = 300
/** Two milliseconds for each key, which is longer than an outage lasts; it is ended by an order. In between it answers. */
const LOAD_SLOWLY = ['--key-load-delay', '2000', '--loading-process-events-interval-bytes', '1024']

const nothing = (): void => {}

/** All of them, in the order in which they are told; the first is none, and shows what chance does. */
export const FAULTS = [
  { id: 'none', title: 'nothing happens', open: () => onRedis(() => ({ begin: nothing, end: nothing })) },
  { id: 'kill', title: 'kill -9, restarted empty', open: () => onRedis(killed) },
  { id: 'freeze', title: 'frozen (SIGSTOP)', open: () => onRedis(frozen) },
  { id: 'mute', title: 'mute from the first connect', open: muteFromTheFirst },
  { id: 'drop', title: `connections dropped every ${DROP_EVERY_MS} ms`, open: () => behindProxy(dropping) },
  { id: 'slow', title: `each reply ${SLOW_BY_MS} ms late`, open: () => behindProxy(slow) },
  { id: 'full', title: 'full: OOM to each write', open: () => onRedis(full) },
  { id: 'readonly', title: 'a replica now: READONLY to each write', open: demoted },
  { id: 'loading', title: 'restarted, LOADING', open: () => onRedis(loading, { args: LOAD_SLOWLY }) },
  { id: 'cluster', title: 'a Cluster without one of three masters', open: clusterWithoutOne },
] as const satisfies readonly Fault[]

export type FaultId = (typeof FAULTS)[number]['id']

function killed(redis: RedisServer): Deed {
  return { begin: () => redis.kill(), end: () => restarted(redis) }
}

async function restarted(redis: RedisServer): Promise<number> {
  const [at] = await Promise.all([portOpen(redis.port), redis.restart()])
  return at
}

function frozen(redis: RedisServer): Deed {
  return { begin: () => redis.freeze(), end: () => redis.thaw() }
}

/** The cache that has to live with it never had an answer. */
async function muteFromTheFirst(): Promise<Scene> {
  const redis = await startRedis()
  const proxy = await startProxy(redis.port)
  proxy.mute()
  const close = async (): Promise<void> => {
    await proxy.close()
    await redis.stop()
  }
  const scene = sceneOf({ url: redis.url }, { begin: nothing, end: () => proxy.pass() }, close)
  return { ...scene, moveTo: { url: proxy.url } }
}

function dropping(proxy: TcpProxy): Deed {
  let timer: NodeJS.Timeout | undefined
  return {
    begin: () => {
      timer = setInterval(() => proxy.drop(), DROP_EVERY_MS)
    },
    end: () => clearInterval(timer),
  }
}

function slow(proxy: TcpProxy): Deed {
  return { begin: () => proxy.delay(SLOW_BY_MS), end: () => proxy.delay(0) }
}

function full({ port }: RedisServer): Deed {
  const bound = (bytes: string): Promise<void> => operate(port, 'CONFIG', 'SET', 'maxmemory', bytes)
  return { begin: () => bound('1'), end: () => bound('0') }
}

/** A failover that the client does not follow: what was the master takes no writes, and has all that it had. */
async function demoted(): Promise<Scene> {
  const old = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
  const next = await startRedis({ args: ['--replicaof', '127.0.0.1', String(old.port)] })
  const close = async (): Promise<void> => {
    await Promise.all([old.stop(), next.stop()])
  }
  const begin = async (): Promise<void> => {
    await operate(next.port, 'REPLICAOF', 'NO', 'ONE')
    await operate(old.port, 'REPLICAOF', '127.0.0.1', String(next.port))
  }
  return sceneOf({ url: old.url }, { begin, end: () => operate(old.port, 'REPLICAOF', 'NO', 'ONE') }, close)
}

/** It comes back with what it held at first, and says LOADING until it has read it all. */
function loading(redis: RedisServer): Deed {
  let restarting: Promise<void> = Promise.resolve()
  return {
    prepare: () => operate(redis.port, 'SAVE'),
    begin: async () => {
      await redis.kill()
      restarting = redis.restart()
      // It is waited for when the fault ends.
      restarting.catch(nothing)
      await portOpen(redis.port)
    },
    end: async () => {
      await operate(redis.port, 'CONFIG', 'SET', 'key-load-delay', '0')
      await restarting
    },
  }
}

/** The master that goes has the stream of the bus, in slot 7896, so that no node hears of a write. */
async function clusterWithoutOne(): Promise<Scene> {
  const cluster = await startCluster()
  const [, second] = cluster.nodes as [RedisServer, RedisServer]
  const address = { masters: cluster.nodes.map(({ port }) => port) }
  const end = async (): Promise<void> => {
    await second.restart()
    await cluster.whole()
  }
  return sceneOf(address, { begin: () => second.kill(), end }, () => cluster.stop())
}
