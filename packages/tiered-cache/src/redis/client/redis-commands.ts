import type { RedisCommands } from '../commands.ts'
import { BorrowedCommands } from './borrowed-commands.ts'
import { clientOf } from './client-kind.ts'
import { type ErrorEmitter, listenToErrors } from './error-listener.ts'
import { ownNodeRedisOptions } from './node-redis-client.ts'
import { type NodeRedisPackage, nodeRedisPackage } from './node-redis-package.ts'
import { OwnedCommands } from './owned-commands.ts'
import type { OwnClient } from './redis-client.ts'
import { type RedisAddress, redisAddress } from './redis-address.ts'
import type { RedisSource } from './redis-source.ts'

const DEFAULT_URL = 'redis://localhost:6379'

/**
 * The commands of the Redis that `source` names; `what` is whose options they are, for errors. Nothing is connected yet.
 * @throws TypeError for anything but one `url` or one `client`, never showing the `url`; MissingPeerError where a `url` is given
 * and the package `redis` is not installed.
 */
export function redisCommands(source: RedisSource, what: string): RedisCommands {
  const { url, client } = source
  if (client === undefined) return commandsOfUrl(`${what} url`, url ?? DEFAULT_URL)
  if (url !== undefined) throw new TypeError(`${what} must have a url or a client, not both`)
  const known = clientOf(`${what} client`, client)
  listenToErrors(client as unknown as ErrorEmitter)
  return new BorrowedCommands(known)
}

/** A connection of our own, made with node-redis. */
export function commandsOfUrl(option: string, url: unknown, redis?: NodeRedisPackage): RedisCommands {
  const address = redisAddress(option, url)
  const nodeRedis = redis ?? nodeRedisPackage()
  const make = (): OwnClient => clientOf('the package redis', nodeRedis.createClient(clientOptions(address)))
  // Known at once, before anything waits for it: a package that is too old.
  make()
  return new OwnedCommands({ isCluster: false, make, drains: true, secrets: secretsOf(address) })
}

function clientOptions({ host, port, tls, username, password, database }: RedisAddress): object {
  return { ...ownNodeRedisOptions({ host, port, tls }), username, password, database }
}

function secretsOf({ password }: RedisAddress): readonly string[] {
  return password === undefined ? [] : [password, encodeURIComponent(password)]
}
