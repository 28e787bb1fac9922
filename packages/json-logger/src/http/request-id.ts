import { randomUUID } from 'node:crypto'
import { getLogger } from '../logger.ts'
import type { RequestContextSettings } from './request-context-options.ts'

/** What may stand in a line and in a header without harm; two headers joined by a comma do not match. */
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/

const log = getLogger('http.access')
const warned = new WeakSet<RequestContextSettings>()

/** The id of a request: the caller's where that is trusted and well-formed, else a made one. Never throws. */
export function requestIdOf(inbound: unknown, settings: RequestContextSettings): string {
  return settings.trustInbound && isRequestId(inbound) ? inbound : madeId(settings)
}

function madeId(settings: RequestContextSettings): string {
  try {
    const id = settings.makeId()
    if (isRequestId(id)) return id
    // An async makeId is a mistake that must not end the process when its promise rejects.
    void Promise.resolve(id).catch(() => undefined)
    warnOnce(settings, undefined)
  } catch (error) {
    warnOnce(settings, error)
  }
  return randomUUID()
}

function isRequestId(value: unknown): value is string {
  return typeof value === 'string' && REQUEST_ID.test(value)
}

/** Once per middleware, not per request: a broken `makeId` is broken every time. */
function warnOnce(settings: RequestContextSettings, error: unknown): void {
  if (warned.has(settings)) return
  warned.add(settings)
  log.warn('makeId gave no valid request id, random UUIDs are used instead', error === undefined ? {} : { error })
}
