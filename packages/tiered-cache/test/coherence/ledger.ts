import { isAfter } from '../../src/redis/stream-id.ts'
import { raise } from '../ledger.fixture.ts'

/** That nothing before `version` is to be served by who has heard the bus up to `at`. */
interface Announcement {
  readonly version: number
  readonly at: string
}

/**
 * A database of versions that only grow, over all its keys, and what the cache has promised of them. One clock decides, the parent's: a promise counts
 * from when the parent has heard of it.
 */
export class Ledger {
  readonly violations: string[] = []
  /** What happened, for who wants to understand a violation. */
  readonly lines: string[] = []
  readonly #begun = performance.now()
  #newest = 0
  readonly #versions = new Map<string, number>()
  readonly #reached = new Map<string, number>()
  readonly #announcements = new Map<string, Announcement[]>()

  note(line: string): void {
    this.lines.push(`${(performance.now() - this.#begun).toFixed(1).padStart(8)} ${line}`)
  }

  violate(what: string): void {
    this.violations.push(what)
    this.note(`VIOLATION ${what}`)
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
    for (const key of keys) raise(this.#versions, key, version)
    return version
  }

  /** A write has resolved and reached everything: Redis is not to hold anything older. */
  acknowledge(key: string, version: number): void {
    raise(this.#reached, key, version)
  }

  /** What Redis may not hold anything older of. */
  acknowledged(key: string): number {
    return this.#reached.get(key) ?? 0
  }

  /** The message of an acknowledged write is on the bus, at `at` at the latest. */
  announce(key: string, version: number, at: string): void {
    const known = this.#announcements.get(key) ?? []
    this.#announcements.set(key, [...known, { version, at }])
  }

  /** What who has heard the bus up to `cursor` may not serve anything older of. */
  announced(key: string, cursor: string | undefined): number {
    if (cursor === undefined) return 0
    const heard = (this.#announcements.get(key) ?? []).filter(({ at }) => !isAfter(at, cursor))
    return Math.max(0, ...heard.map(({ version }) => version))
  }

  /** A version that is older than promised, or that the database never had. */
  expect(what: string, key: string, version: number, floor: number): void {
    if (version < floor) this.violate(`${what}: ${key} ${version}, after ${floor} was promised`)
    if (version > this.#newest) this.violate(`${what}: ${key} ${version}, which the database never had`)
  }
}
