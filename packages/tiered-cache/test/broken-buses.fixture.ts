import type { Bus, BusListener, BusMessage } from '../src/tiers/bus.ts'
import { localBus } from '../src/tiers/local-bus.ts'

type Fault = readonly [fault: string, caughtBy: RegExp, breakIt: (bus: Bus) => Partial<Bus>]

/** Each is a local bus with one fault. */
export const BUS_FAULTS: readonly Fault[] = [
  ['loses every tenth message', /in the order/, (bus) => ({ publish: dropping(bus, (count) => count % 10 === 0) })],
  [
    'tells each message twice',
    /each once/,
    (bus) => hearing(bus, (l) => ({ message: (m, c) => (l.message(m, c), l.message(m, c)) })),
  ],
  [
    'forgets all keys but the first',
    /thousands of keys/,
    (bus) => hearing(bus, (l) => ({ message: (m, c) => l.message(firstKey(m), c) })),
  ],
  ['writes keys as UTF-8', /odd keys/, (bus) => hearing(bus, (l) => ({ message: (m, c) => l.message(asUtf8(m), c) }))],
  ['tells within publish', /within the call/, tellsAtOnce],
  ['swaps messages', /in the order/, (bus) => hearing(bus, swapping)],
  [
    'hides own messages',
    /own messages/,
    (bus) => ({ subscribe: (from, listener) => bus.subscribe(from, deaf(listener)) }),
  ],
  ['begins without a gap', /begins without a cursor/, (bus) => hearing(bus, () => ({ gap: () => {} }))],
  ['tells the gap twice', /told once/, (bus) => hearing(bus, (l) => ({ gap: (c) => (l.gap(c), l.gap(c)) }))],
  ['has always caught up', /before it is told where it is/, () => ({ hasCaughtUp: true })],
  ['is never silent', /before it is told where it is/, () => ({ silentMs: 0 })],
  ['takes any cursor', /none of its own/, takesAnyCursor],
  ['begins at a cursor with the present, and tells no gap', /goes on after a cursor/, forgetsThePast],
  [
    'goes on telling who is off',
    /once it is off/,
    (bus) => ({ subscribe: (from, listener) => (bus.subscribe(from, listener), () => {}) }),
  ],
  ['tells a batch to the end', /at once where a listener ends it/, tellsBatches],
  ['ends with a listener that throws', /listener throws/, endsAtAThrow],
  ['takes messages when it is closed', /closed/, () => ({ close: async () => {} })],
  ['closes only once', /closes more than once/, closesOnce],
]

function hearing(bus: Bus, change: (listener: BusListener) => Partial<BusListener>): Partial<Bus> {
  return {
    subscribe(from, listener) {
      const plain: BusListener = { message: (m, c) => listener.message(m, c), gap: (c) => listener.gap(c) }
      return bus.subscribe(from, { ...plain, ...change(listener) })
    },
  }
}

function dropping(bus: Bus, drops: (count: number) => boolean): Bus['publish'] {
  let count = 0
  return async (message) => (drops(++count) ? undefined : bus.publish(message))
}

function firstKey(message: BusMessage): BusMessage {
  return message.action === 'delete' ? { ...message, keys: message.keys.slice(0, 1) } : message
}

function asUtf8(message: BusMessage): BusMessage {
  return message.action === 'delete'
    ? { ...message, keys: message.keys.map((key) => Buffer.from(key).toString()) }
    : message
}

function swapping(listener: BusListener): Partial<BusListener> {
  let held: readonly [BusMessage, string] | undefined
  let count = 0
  return {
    message(message, cursor) {
      if (++count === 10) {
        held = [message, cursor]
        return
      }
      listener.message(message, cursor)
      if (held) listener.message(...held)
      held = undefined
    },
  }
}

function deaf(listener: BusListener): BusListener {
  return { message: () => {}, gap: (cursor) => listener.gap(cursor) }
}

function tellsAtOnce(bus: Bus): Partial<Bus> {
  const listeners = new Set<BusListener>()
  return {
    async publish(message) {
      for (const listener of listeners) listener.message(message, '')
    },
    subscribe(from, listener) {
      listeners.add(listener)
      const off = bus.subscribe(from, deaf(listener))
      return () => {
        listeners.delete(listener)
        off()
      }
    },
  }
}

function takesAnyCursor(bus: Bus): Partial<Bus> {
  return {
    subscribe(from, listener) {
      if (from === undefined || from.length > 20) return bus.subscribe(from, listener)
      return bus.subscribe(undefined, { message: (m, c) => listener.message(m, c), gap: () => {} })
    },
  }
}

function forgetsThePast(bus: Bus): Partial<Bus> {
  return {
    subscribe(from, listener) {
      const gap = from === undefined || from.length < 20 ? (cursor: string) => listener.gap(cursor) : () => {}
      return bus.subscribe(undefined, { message: (m, c) => listener.message(m, c), gap })
    },
  }
}

function tellsBatches(bus: Bus): Partial<Bus> {
  return {
    subscribe(from, listener) {
      let batch: (readonly [BusMessage, string])[] = []
      const flush = (): void => {
        const told = batch
        batch = []
        for (const each of told)
          guarded(
            () => listener.message(...each),
            () => {},
          )
      }
      return bus.subscribe(from, {
        gap: (cursor) => listener.gap(cursor),
        message(message, cursor) {
          if (batch.push([message, cursor]) === 1) setImmediate(flush)
        },
      })
    },
  }
}

function endsAtAThrow(bus: Bus): Partial<Bus> {
  return {
    subscribe(from, listener) {
      const off = bus.subscribe(from, {
        gap: (cursor) =>
          guarded(
            () => listener.gap(cursor),
            () => off(),
          ),
        message: (message, cursor) =>
          guarded(
            () => listener.message(message, cursor),
            () => off(),
          ),
      })
      return off
    },
  }
}

function guarded(tell: () => void, onThrow: () => void): void {
  try {
    tell()
  } catch {
    onThrow()
  }
}

function closesOnce(): Partial<Bus> {
  let isClosed = false
  return {
    async close() {
      if (isClosed) throw new Error('closed already')
      isClosed = true
    },
  }
}

/** Two nodes of one local bus, each an object of its own with this fault. */
export function brokenPair(breakIt: (bus: Bus) => Partial<Bus>): readonly [Bus, Bus] {
  const hub = localBus()
  const parts = breakIt(hub)
  return [nodeOf(hub, parts), nodeOf(hub, parts)]
}

function nodeOf(hub: Bus, parts: Partial<Bus>): Bus {
  return {
    publish: parts.publish ?? ((message) => hub.publish(message)),
    subscribe: parts.subscribe ?? ((from, listener) => hub.subscribe(from, listener)),
    get silentMs() {
      return parts.silentMs ?? hub.silentMs
    },
    get hasCaughtUp() {
      return parts.hasCaughtUp ?? hub.hasCaughtUp
    },
    ...(parts.close ? { close: parts.close } : {}),
  }
}
