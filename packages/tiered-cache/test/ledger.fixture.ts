/** What a message says: nothing before this version is to be served by who has heard it. */
export interface Announcement {
  readonly key: string
  readonly version: number
  /** Who published it. */
  readonly by: unknown
}

/**
 * A database of versions that only grow, over all its keys, and what a cache has promised of them: what may not be served, or stored in the shared tier, any
 * more.
 */
export class Ledger {
  readonly violations: string[] = []
  /** What happened, for who wants to understand a violation. */
  readonly lines: string[] = []
  #newest = 0
  readonly #versions = new Map<string, number>()
  readonly #reached = new Map<string, number>()
  readonly #messages = new Map<number, readonly Announcement[]>()

  note(line: string): void {
    this.lines.push(line)
  }

  version(key: string): number {
    return this.#versions.get(key) ?? 0
  }

  commit(key: string): number {
    return this.commitAll([key])
  }

  /** One change of all these keys. */
  commitAll(keys: readonly string[]): number {
    const version = ++this.#newest
    for (const key of keys) this.#versions.set(key, version)
    return version
  }

  /** A write was acknowledged by the shared tier and the bus. */
  acknowledge(key: string, version: number): void {
    const published = [...this.#messages.values()].flat().filter((message) => message.key === key)
    if (!published.some((message) => message.version >= version)) this.violations.push(`${key} ${version} was not told`)
    raise(this.#reached, key, version)
  }

  /** What the shared tier may not hold any more. */
  acknowledged(key: string): number {
    return this.#reached.get(key) ?? 0
  }

  publish(id: number, announcements: readonly Announcement[]): void {
    this.#messages.set(id, announcements)
  }

  /** What is known to who has heard this message. */
  message(id: number): readonly Announcement[] {
    return this.#messages.get(id) ?? []
  }

  /** What is known to who has missed nothing up to this message. */
  messagesUpTo(id: number): Iterable<Announcement> {
    return [...this.#messages].filter(([each]) => each <= id).flatMap(([, message]) => message)
  }

  expect(what: string, version: number, floor: number): void {
    if (version < floor) this.violations.push(`${what}: ${version}, after ${floor}`)
  }
}

/** Raises the number under the key to `version`. */
export function raise(floors: Map<string, number>, key: string, version: number): void {
  floors.set(key, Math.max(version, floors.get(key) ?? 0))
}
