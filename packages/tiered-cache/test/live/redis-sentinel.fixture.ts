import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, type RedisServer, startRedis } from '@org/testkit'

/** Its input ends with the process that started it, however that ends: then so does the sentinel. */
const WATCHED = 'redis-server "$1" --sentinel & cat > /dev/null; kill -9 $!'

/** A master and its replica, watched by one sentinel that makes the replica the master within seconds. */
export interface RedisSentinel {
  readonly port: number
  readonly master: RedisServer
  readonly replica: RedisServer
  stop(): Promise<void>
}

/** Starts a {@link RedisSentinel}; its master is called `mymaster`. */
export async function startSentinel(): Promise<RedisSentinel> {
  const master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] })
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'redis-sentinel-'))
  const file = join(directory, 'sentinel.conf')
  writeFileSync(file, configuration(port, directory, master.port))
  const child = spawn('sh', ['-c', WATCHED, 'sh', file], { stdio: ['pipe', 'ignore', 'ignore'] })
  return {
    port,
    master,
    replica,
    stop: async () => {
      const ended = once(child, 'exit')
      child.stdin.end()
      await Promise.all([ended, master.stop(), replica.stop()])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function configuration(port: number, directory: string, masterPort: number): string {
  return `bind 127.0.0.1
port ${port}
dir ${directory}
sentinel monitor mymaster 127.0.0.1 ${masterPort} 1
sentinel down-after-milliseconds mymaster 500
sentinel failover-timeout mymaster 3000
`
}
