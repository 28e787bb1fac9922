import type { BusMessage } from '../tiers/bus.ts'

/** What a body says: a message, or the hello that gives an empty stream a first id. */
export type MessageBody = BusMessage | 'hello'

/** The body that means nothing but "here begins the stream". */
export const HELLO = '{"a":"hello"}'

const MAX_KEYS = 1_000
const MAX_TEXT = 32_768

/**
 * A message as one or more bodies: JSON, with at most 1 000 keys and about 32 KiB of text each, so that
 * no reader gets more than a bounded number of bytes at once. A key longer than that has a body of its own.
 */
export function bodiesOf(message: BusMessage): readonly string[] {
  const { origin: o, action: a } = message
  if (message.action === 'clear') return [JSON.stringify({ o, a })]
  return groups(message.keys).map((k) => JSON.stringify({ o, a, k }))
}

/** What a body says, `undefined` where it is not one of ours or of a later format: nobody knows what it invalidates. */
export function parseBody(body: string): MessageBody | undefined {
  const fields = parsed(body)
  if (fields === undefined) return undefined
  const { o: origin, a: action, k: keys } = fields
  if (action === 'hello') return 'hello'
  if (typeof origin !== 'string') return undefined
  if (action === 'clear') return { origin, action }
  return action === 'delete' && isStrings(keys) ? { origin, action, keys } : undefined
}

function parsed(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

/** The keys in their order, in at least one group. */
function groups(keys: readonly string[]): readonly (readonly string[])[] {
  let last: string[] = []
  let text = 0
  const all = [last]
  for (const key of keys) {
    if (last.length === MAX_KEYS || (last.length > 0 && text + key.length > MAX_TEXT)) {
      last = []
      text = 0
      all.push(last)
    }
    last.push(key)
    text += key.length
  }
  return all
}
