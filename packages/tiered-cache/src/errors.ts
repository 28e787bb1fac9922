import { type KeyName, nameOf } from './key.ts'

/** A verb was called after {@link TieredCache.close}. */
export class CacheClosedError extends Error {
  override readonly name = 'CacheClosedError'
  readonly code = 'ERR_CACHE_CLOSED'
  readonly cache: string

  constructor(cache: string) {
    super(`cache "${cache}" is closed`)
    this.cache = cache
  }
}

/** A load took longer than `hardTimeout`. Its signal was aborted with this error, and every caller that waited got it. */
export class LoadTimeoutError extends Error {
  override readonly name = 'LoadTimeoutError'
  readonly code = 'ERR_CACHE_LOAD_TIMEOUT'
  readonly key: string
  readonly timeoutMs: number

  constructor(key: string, timeoutMs: number) {
    super(`the load of key "${key}" took longer than ${timeoutMs} ms`)
    this.key = key
    this.timeoutMs = timeoutMs
  }
}

/**
 * A value that the codec cannot keep without changing it. `set` rejects with it; `getOrSet` gives the value all the same,
 * counts it as `unstorable` and warns once. Holds where in the value (`path`, such as `$.user.load`) and what (`kind`),
 * never the value.
 */
export class UnstorableValueError extends TypeError {
  override readonly name = 'UnstorableValueError'
  readonly code = 'ERR_CACHE_UNSTORABLE'
  /** The key, or '' where a codec was used on its own. */
  readonly key: string
  /** Of the key; `undefined` for one of the cache itself. */
  readonly namespace: string | undefined
  readonly path: string
  readonly kind: string

  /** @param key as the tier knows it, or '' */
  constructor(key: string, path: string, kind: string) {
    const name = nameOf(key)
    super(`the value${key === '' ? '' : ` of${shownName(name)}`} cannot be stored: ${path} is ${kind}`)
    this.key = name.key
    this.namespace = name.namespace
    this.path = path
    this.kind = kind
  }
}

/** An operation of a tier that failed or passed its deadline: seen in events and logs only, never by a caller. */
export class TierFaultError extends Error {
  override readonly name = 'TierFaultError'
  readonly code = 'ERR_CACHE_TIER_FAULT'
  readonly tier: string
  readonly operation: string
  readonly key: string | undefined
  /** Of the key; `undefined` for one of the cache itself. */
  readonly namespace: string | undefined

  /** @param key as the tier knows it */
  constructor(tier: string, operation: string, key: string | undefined, cause: unknown) {
    const name = key === undefined ? undefined : nameOf(key)
    super(`tier "${tier}" failed to ${operation}${name === undefined ? '' : shownName(name)}`, { cause })
    this.tier = tier
    this.operation = operation
    this.key = name?.key
    this.namespace = name?.namespace
  }
}

/** The `cause` of a {@link TierFaultError} whose tier gave no answer in time. */
export class TierDeadlineError extends Error {
  override readonly name = 'TierDeadlineError'
  readonly code = 'ERR_CACHE_TIER_DEADLINE'
  readonly deadlineMs: number

  constructor(deadlineMs: number) {
    super(`no answer within ${deadlineMs} ms`)
    this.deadlineMs = deadlineMs
  }
}

/** A package that a tier needs, and that comes with no other, is not installed. Thrown where the tier is made. */
export class MissingPeerError extends Error {
  override readonly name = 'MissingPeerError'
  readonly code = 'ERR_CACHE_MISSING_PEER'
  readonly packageName: string

  constructor(packageName: string, advice: string, cause: unknown) {
    super(`the package "${packageName}" is not installed: ${advice}`, { cause })
    this.packageName = packageName
  }
}

function shownName({ key, namespace }: KeyName): string {
  return ` key "${key}"${namespace === undefined ? '' : ` of namespace "${namespace}"`}`
}
