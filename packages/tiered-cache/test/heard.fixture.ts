import type { BusListener, BusMessage } from '../src/tiers/bus.ts'

/** A listener that keeps what it hears, in order: `gap`, or the keys and tags of a message. */
export class Heard implements BusListener {
  readonly log: string[] = []
  readonly cursors: string[] = []

  get messages(): readonly string[] {
    return this.log.filter((each) => each !== 'gap')
  }

  get gaps(): number {
    return this.log.length - this.messages.length
  }

  get cursor(): string | undefined {
    return this.cursors.at(-1)
  }

  message(message: BusMessage, cursor: string): void {
    this.log.push(message.action === 'delete' ? message.keys.join(' ') : '*')
    this.cursors.push(cursor)
  }

  gap(cursor: string): void {
    this.log.push('gap')
    this.cursors.push(cursor)
  }
}

/** A message that deletes these keys. */
export function deleting(...keys: readonly string[]): BusMessage {
  return { origin: 'node', action: 'delete', keys }
}
