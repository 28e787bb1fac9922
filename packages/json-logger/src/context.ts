import { AsyncLocalStorage } from 'node:async_hooks'
import type { Fields } from './fields.ts'
import { assertName, shown } from './option-object.ts'
import { mergedFields } from './own-fields.ts'

/** Ids that join the lines of all services which one request went through, as of W3C Trace Context. */
export interface TraceIds {
  /** 32 lower-case hex digits. */
  readonly traceId: string
  /** 16 lower-case hex digits: of this service's part. */
  readonly spanId: string
  /** The trace flags: 1 is sampled. */
  readonly flags: number
}

/** What is known of the work under way: every line written while it runs has it. Immutable. */
export interface Context {
  readonly requestId: string | undefined
  readonly trace: TraceIds | undefined
  /** The header that hands `requestId` on to other services, where a middleware was given one. */
  readonly idHeader: string | undefined
  /** A copy of the package's own; inner fields win over outer ones. */
  readonly fields: Fields | undefined
  /** What an encoder made of it, kept so that a request is encoded once; belongs to the encoder. */
  encoded: object | undefined
}

/** A longer id is cut: it comes from outside and stands in every line. */
const MAX_ID = 128

const storage = new AsyncLocalStorage<Context>()

/** The context of the running work, if it has one. O(1), allocates nothing. */
export function currentContext(): Context | undefined {
  return storage.getStore()
}

/** Runs `fn`, and all that it starts, in a context. */
export function runInContext<T>(context: Context, fn: () => T): T {
  return storage.run(context, fn)
}

/** A context inside another: what `changes` does not name stays. */
export function innerContext(
  outer: Context | undefined,
  changes: {
    requestId?: string | undefined
    trace?: TraceIds | undefined
    idHeader?: string | undefined
    fields?: object | undefined
  },
): Context {
  return {
    requestId: changes.requestId === undefined ? outer?.requestId : cutId(changes.requestId),
    trace: changes.trace ?? outer?.trace,
    idHeader: changes.idHeader ?? outer?.idHeader,
    fields: changes.fields === undefined ? outer?.fields : mergedFields(outer?.fields, changes.fields),
    encoded: undefined,
  }
}

/**
 * Runs `fn`; every line that it, or anything it starts, writes has `id` as `request_id`.
 * @param id longer ones are cut to 128 characters
 * @throws TypeError where `id` is no string or empty, and whatever `fn` throws.
 */
export function withRequestId<T>(id: string, fn: () => T): T {
  assertName('id', id)
  const outer = storage.getStore()
  // Once per request, so without the detour that names what changes.
  const context: Context = {
    requestId: cutId(id),
    trace: outer?.trace,
    idHeader: outer?.idHeader,
    fields: outer?.fields,
    encoded: undefined,
  }
  return storage.run(context, fn)
}

function cutId(id: string): string {
  return id.length > MAX_ID ? id.slice(0, MAX_ID) : id
}

/** The id of the request under way, if there is one. */
export function getRequestId(): string | undefined {
  return storage.getStore()?.requestId
}

/**
 * Runs `fn`; every line that it, or anything it starts, writes has `fields` too. A call's own fields win over those of its
 * logger, and these over the context's.
 * @throws TypeError where `fields` is no object, and whatever `fn` throws.
 */
export function withContext<T>(fields: object, fn: () => T): T {
  if (typeof fields !== 'object' || fields === null) {
    throw new TypeError(`fields must be an object, got ${shown(fields)}`)
  }
  return storage.run(innerContext(storage.getStore(), { fields }), fn)
}
