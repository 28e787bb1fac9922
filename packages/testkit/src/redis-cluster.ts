import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { eventually } from './eventually.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

const NODE_TIMEOUT_MS = 2_000
const run = promisify(execFile)

/** A Redis Cluster of three masters on loopback, without replicas. Each has a third of the slots, in their order. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[]
  /** Resolves when every node says that every slot is served. */
  whole(): Promise<void>
  stop(): Promise<void>
}

/** Starts a {@link RedisCluster}; resolves when every slot is served. Needs `redis-cli` on PATH. */
export async function startCluster(): Promise<RedisCluster> {
  const timeout = String(NODE_TIMEOUT_MS)
  const mode = ['--cluster-enabled', 'yes', '--cluster-node-timeout', timeout, '--cluster-require-full-coverage', 'no']
  const nodes = await Promise.all([1, 2, 3].map(() => startRedis({ args: mode })))
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  const whole = async (): Promise<void> => {
    for (const node of nodes) await eventually(() => isWhole(node), { within: 15_000, every: 50 })
  }
  try {
    await join(nodes)
    await whole()
  } catch (error) {
    await stop()
    throw error
  }
  return { nodes, whole, stop }
}

async function join(nodes: readonly RedisServer[]): Promise<void> {
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
  await run('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes'])
}

async function isWhole({ port }: RedisServer): Promise<boolean> {
  const { stdout } = await run('redis-cli', ['-p', String(port), 'cluster', 'info'])
  return stdout.includes('cluster_state:ok') && stdout.includes('cluster_slots_ok:16384')
}
