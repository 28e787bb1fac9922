import { currentContext, type Context } from '../context.ts'
import { activeTrace } from '../trace-context.ts'
import { formatTraceparent } from './traceparent.ts'

/** The name of the id's header where the context was not begun by a middleware. */
const DEFAULT_HEADER = 'x-request-id'

/**
 * The headers that hand the request under way on to another service: `{ 'x-request-id': ..., traceparent: ... }`, the id's
 * under the name its middleware was given. The span is OpenTelemetry's where one is active. What is not known is left out:
 * `{}` outside any request. The object is the caller's own.
 */
export function outgoingHeaders(): Record<string, string> {
  const context = currentContext()
  return headersOf(context, activeTrace() ?? context?.trace)
}

/** The headers of one context, which its response has too. */
export function headersOf(
  context: Context | undefined,
  trace: Context['trace'] = context?.trace,
): Record<string, string> {
  const headers: Record<string, string> = {}
  if (context?.requestId !== undefined) headers[context.idHeader ?? DEFAULT_HEADER] = context.requestId
  if (trace !== undefined) headers['traceparent'] = formatTraceparent(trace)
  return headers
}
