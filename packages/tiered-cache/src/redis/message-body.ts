import type { TagStamp } from '../entry.ts'
import type { BusMessage } from '../tiers/bus.ts'

/** What a body says: a message, or the hello that gives an empty stream a first id. */
export type MessageBody = BusMessage | 'hello'

/** The body that means nothing but "here begins the stream". */
export const HELLO = '{"a":"hello"}'

const MAX_PARTS = 1_000
const MAX_TEXT = 32_768

/**
 * A message as one or more bodies: JSON, with at most 1 000 keys or stamps and about 32 KiB of text each, so that
 * no reader gets more than a bounded number of bytes at once. A key longer than that has a body of its own.
 */
export function bodiesOf(message: BusMessage): readonly string[] {
  const { origin: o, action: a, namespace: n } = message
  if (message.action === 'delete') {
    return groups(message.keys, (key) => key.length).map((k) => JSON.stringify({ o, a, n, k }))
  }
  if (message.action === 'clear') return [JSON.stringify({ o, a, n })]
  const stamps = message.stamps.map((stamp) => [stamp.tag, stamp.expire, stamp.delete] as const)
  const groupsOfStamps = groups(stamps, (stamp) => stamp.join('').length)
  return groupsOfStamps.map((s) => JSON.stringify({ o, a, n, s }))
}

/** What a body says, `undefined` where it is not one of ours or of a later format: nobody knows what it invalidates. */
export function parseBody(body: string): MessageBody | undefined {
  const fields = parsed(body)
  if (fields === undefined) return undefined
  const { o: origin, a: action, n: namespace, k: keys, s } = fields
  if (action === 'hello') return 'hello'
  if (typeof origin !== 'string' || typeof namespace !== 'string') return undefined
  if (action === 'delete') return isStrings(keys) ? { origin, action, namespace, keys } : undefined
  if (action === 'clear') return { origin, action, namespace }
  const stamps = action === 'invalidate' ? stampsOf(s) : undefined
  return stamps && { origin, action: 'invalidate', namespace, stamps }
}

function parsed(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function stampsOf(value: unknown): readonly TagStamp[] | undefined {
  if (!Array.isArray(value)) return undefined
  const stamps: TagStamp[] = []
  for (const each of value as readonly unknown[]) {
    if (!isStrings(each) || each.length !== 3) return undefined
    const [tag, expire, remove] = each as readonly [string, string, string]
    stamps.push({ tag, expire, delete: remove })
  }
  return stamps
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

/** The parts in their order, in at least one group. */
function groups<T>(parts: readonly T[], textOf: (part: T) => number): readonly (readonly T[])[] {
  let last: T[] = []
  let text = 0
  const all = [last]
  for (const part of parts) {
    const length = textOf(part)
    if (last.length === MAX_PARTS || (last.length > 0 && text + length > MAX_TEXT)) {
      last = []
      text = 0
      all.push(last)
    }
    last.push(part)
    text += length
  }
  return all
}
