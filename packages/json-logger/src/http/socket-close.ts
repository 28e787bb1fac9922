import type { NodeRequest, NodeResponse } from './node-exchange.ts'

interface Connection {
  readonly destroyed?: boolean | undefined
  once(event: 'close', listener: () => void): unknown
}

/** What is to be done when a connection ends: one listener on it, however many requests it has under way. */
const waiting = new WeakMap<object, Set<() => void>>()

/** Calls `closed` when the connection of an exchange ends before its response does. */
export function whenSocketCloses(request: NodeRequest, response: NodeResponse, closed: () => void): void {
  const socket = socketOf(request, response)
  if (socket === undefined) return
  const set = waiting.get(socket) ?? watched(socket)
  set.add(closed)
  response.once('close', () => set.delete(closed))
}

/** Whether the connection of an exchange is gone. */
export function hasLostSocket(request: NodeRequest, response: NodeResponse): boolean {
  return socketOf(request, response)?.destroyed === true
}

/** `undefined` for HTTP/2, whose streams are told of their end by themselves. */
function socketOf(request: NodeRequest, response: NodeResponse): Connection | undefined {
  if (response.stream !== undefined) return undefined
  const { socket } = request as { readonly socket?: Connection | null }
  return typeof socket?.once === 'function' ? socket : undefined
}

function watched(socket: Connection): Set<() => void> {
  const set = new Set<() => void>()
  waiting.set(socket, set)
  socket.once('close', () => {
    for (const closed of set) closed()
  })
  return set
}
