import { createRequire } from 'node:module'
import { MissingPeerError } from '../../errors.ts'

/** What the package `redis` gives: `createClient` is called with options of our own. */
export interface NodeRedisPackage {
  createClient(options: object): unknown
}

/**
 * The package `redis`, an optional peer: loaded where a connection of our own is wanted, and not before.
 * @throws MissingPeerError where it is not installed.
 */
export function nodeRedisPackage(load: (name: string) => unknown = createRequire(import.meta.url)): NodeRedisPackage {
  try {
    return load('redis') as NodeRedisPackage
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error
    throw new MissingPeerError('redis', 'run `npm install redis`, or give a `client` in place of a `url`', error)
  }
}
