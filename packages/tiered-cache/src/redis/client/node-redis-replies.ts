import type { Reply } from '../commands.ts'

// The type bytes of the protocol, which node-redis uses as the keys of a type mapping (RESP_TYPES).
const BLOB_STRING = 36
const MAP = 37
const SIMPLE_STRING = 43
const VERBATIM_STRING = 61
const XREAD = /^xread(group)?$/i

/** What node-redis is told with each command of ours, over whatever its owner set for his own. */
export interface SendOptions {
  readonly typeMapping: Readonly<Record<number, unknown>>
  /** node-redis 6 else makes a timer per command; the deadline of the tier governs. */
  readonly timeout: undefined
}

/** Strings as bytes, maps as flat arrays: the forms of RESP 2. */
export const SEND_OPTIONS: SendOptions = {
  typeMapping: { [BLOB_STRING]: Buffer, [SIMPLE_STRING]: Buffer, [VERBATIM_STRING]: Buffer, [MAP]: Array },
  timeout: undefined,
}

/** A reply in the form of RESP 2: XREAD alone gives streams in pairs there, where RESP 3 has a map. */
export function inResp2Form(name: unknown, reply: Promise<unknown>): Promise<Reply> {
  const answer = reply as Promise<Reply>
  return typeof name === 'string' && XREAD.test(name) ? answer.then(paired) : answer
}

/** `[stream, entries, ...]` as `[[stream, entries], ...]`; pairs stay as they are. */
function paired(reply: Reply): Reply {
  if (!Array.isArray(reply) || Array.isArray(reply[0])) return reply
  const pairs: Reply[] = []
  for (let index = 0; index < reply.length; index += 2) pairs.push([reply[index] as Reply, reply[index + 1] as Reply])
  return pairs
}
