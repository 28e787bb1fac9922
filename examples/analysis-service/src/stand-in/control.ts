import type { ServerResponse } from 'node:http'
import { FAULT } from './fault.ts'
import type { Faults } from './faults.ts'
import { jsonOf } from './read-body.ts'
import type { Seen } from './seen.ts'
import { sendJson } from './send-json.ts'

/** What `/control/...` governs. */
export interface Controlled {
  readonly faults: Faults
  readonly seen: Seen
}

/** `POST /control/faults` adds one, `DELETE /control/faults` clears them, `GET /control/seen` gives the counts. */
export function answerControl(
  route: string,
  body: string,
  response: ServerResponse,
  { faults, seen }: Controlled,
): void {
  if (route === 'GET /control/seen') return sendJson(response, 200, seen)
  if (route === 'DELETE /control/faults') {
    faults.clear()
    return sendJson(response, 200, { faults: 'cleared' })
  }
  if (route !== 'POST /control/faults') return sendJson(response, 404, { message: 'Not Found' })
  const fault = FAULT.safeParse(jsonOf(body))
  if (!fault.success)
    return sendJson(response, 400, { message: fault.error.issues.map(({ message }) => message).join('; ') })
  faults.add(fault.data)
  sendJson(response, 200, { faults: 'added' })
}
