import { type Context, runInContext } from '../context.ts'
import type { Level } from '../level.ts'
import { getLogger } from '../logger.ts'

/** What one request was answered with. */
export interface Answer {
  /** `undefined` where the request was aborted before a status was sent. */
  readonly status: number | undefined
  /** Of the body as announced by `content-length`. */
  readonly bytes: number | undefined
  readonly aborted: boolean
}

/** Method and path come from outside: longer ones are cut. */
const MAX_TEXT = 1024

/** `http://user:password@host` before the path, as proxies are sent it; without a scheme where it cannot be a path. */
const ORIGIN = /^(?:[a-z][a-z0-9+.-]*:\/\/|\/\/+(?=[^/?#]*[:@]))[^/?#]*/i

const log = getLogger('http.access')

/**
 * Starts the clock of a request; the function it answers writes the line, at its first call only and in the request's
 * context. `undefined` where no access line of any level is written: then nothing needs to be listened for.
 * @param url path and query; the query and the origin are left out of the line, they often hold secrets
 */
export function accessLine(
  context: Context,
  method: string | undefined,
  url: string | undefined,
): ((answer: Answer) => void) | undefined {
  if (!log.isEnabled('error')) return undefined
  const start = performance.now()
  let written = false
  return (answer) => {
    if (written) return
    written = true
    const level = levelFor(answer)
    if (!log.isEnabled(level)) return
    const request = { method: (method ?? '').slice(0, MAX_TEXT), path: pathOf(url ?? '') }
    runInContext(context, () => write(level, request, answer, performance.now() - start))
  }
}

function levelFor(answer: Answer): Level {
  if (answer.status !== undefined && answer.status >= 500) return 'error'
  return answer.aborted ? 'warn' : 'info'
}

function write(level: Level, request: { method: string; path: string }, answer: Answer, durationMs: number): void {
  const { status, bytes, aborted } = answer
  const outcome = [status, aborted ? 'aborted' : undefined].filter((word) => word !== undefined).join(' ')
  log[level](`${request.method} ${request.path} ${outcome}`, {
    ...request,
    ...(status === undefined ? {} : { status }),
    durationMs: Math.round(durationMs * 100) / 100,
    ...(bytes === undefined ? {} : { bytes }),
    ...(aborted ? { aborted } : {}),
  })
}

/** The path of a URL in origin or absolute form, without query, fragment, and what stands behind a `;` (`;jsessionid=`). */
function pathOf(url: string): string {
  const path = url.slice(0, 2 * MAX_TEXT).replace(ORIGIN, '')
  const end = path.search(/[?#;]/)
  return (end === -1 ? path : path.slice(0, end)).slice(0, MAX_TEXT)
}
