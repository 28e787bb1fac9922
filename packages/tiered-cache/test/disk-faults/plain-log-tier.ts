import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import type { Entry, Tier } from '@org/tiered-cache'
import { lineOf, type LineReading, type LoggedWrite, readLines, sumIn } from './log-lines.ts'

/** What a tier may do wrong, by name. */
export type PlantedBug =
  /** Acknowledges what it writes a little later. */
  | 'acks-early'
  /** Keeps no word of a delete. */
  | 'forgets-deletes'
  /** Goes past a damaged line, to the older ones of the same key. */
  | 'skips-damage'
  /** Believes what it reads. */
  | 'unchecked'
  /** Opens no log that is damaged. */
  | 'throws'
  /** Shows the older value while a newer one is being written. */
  | 'late-memory'
  /** Has no bound. */
  | 'grows'
  /** Leaves the old log behind where it begins a new one. */
  | 'leaves-files'
  /** Never tries again after a write has failed. */
  | 'stays-broken'

interface LogOptions {
  readonly directory: string
  readonly maxBytes: number
  readonly bug: PlantedBug | undefined
}

/**
 * The smallest tier that keeps its word over kills and damage: all entries in memory, one log, all of it discarded where it is not
 * as a clean end left it. It shows that the harness finds nothing where there is nothing, and with a bug that it finds that.
 */
export function plainLogTier(options: LogOptions): Tier {
  return new PlainLog(options)
}

class PlainLog implements Tier {
  readonly name = 'plain'
  readonly shared = false
  readonly sync = false
  readonly #options: LogOptions
  readonly #entries = new Map<string, Entry>()
  #file = -1
  #length = 0
  #sum = ''
  #logs = 0
  #isBroken = false

  constructor(options: LogOptions) {
    this.#options = options
  }

  async open(): Promise<void> {
    mkdirSync(this.#options.directory, { recursive: true })
    const log = existsSync(this.#path) ? readFileSync(this.#path) : Buffer.alloc(0)
    const end = existsSync(this.#endPath) ? readFileSync(this.#endPath, 'utf8') : undefined
    rmSync(this.#endPath, { force: true })
    const isTrusted = end === undefined || end === endOf(log) || this.#reading !== 'chained'
    if (!isTrusted && this.#options.bug === 'throws') throw new Error('the log is damaged')
    const { writes, length, sum } = readLines(isTrusted ? log.toString() : '', this.#reading)
    for (const write of writes) this.#apply(write)
    this.#file = openSync(this.#path, 'a+')
    ftruncateSync(this.#file, length)
    ;[this.#length, this.#sum] = [length, sum]
  }

  async get(key: string): Promise<Entry | undefined> {
    return this.#entries.get(key)
  }

  async set(key: string, entry: Entry): Promise<void> {
    if (this.#options.bug === 'late-memory') await turn()
    await this.#write({ key, entry })
  }

  async delete(key: string): Promise<void> {
    if (this.#options.bug === 'forgets-deletes') this.#entries.delete(key)
    else await this.#write({ key })
  }

  async close(): Promise<void> {
    closeSync(this.#file)
    writeFileSync(this.#endPath, endOf(readFileSync(this.#path)))
  }

  get #path(): string {
    return join(this.#options.directory, 'log')
  }

  get #endPath(): string {
    return join(this.#options.directory, 'end')
  }

  get #reading(): LineReading {
    const { bug } = this.#options
    if (bug === 'unchecked') return 'unchecked'
    return bug === 'skips-damage' ? 'skipping' : 'chained'
  }

  #apply({ key, entry }: LoggedWrite): void {
    if (entry === undefined) this.#entries.delete(key)
    else this.#entries.set(key, entry)
  }

  async #write(write: LoggedWrite): Promise<void> {
    if (this.#isBroken) throw new Error('a write has failed before')
    this.#apply(write)
    const line = lineOf(write, this.#reading === 'skipping' ? '' : this.#sum)
    if (this.#options.bug === 'acks-early') setTimeout(() => this.#append(line), 10)
    else this.#append(line)
  }

  #append(line: string): void {
    try {
      const { bug, maxBytes } = this.#options
      if (this.#length > maxBytes - Buffer.byteLength(line) && bug !== 'grows') return this.#beginAgain()
      if (writeSync(this.#file, line) < Buffer.byteLength(line)) throw new Error('written in part')
      this.#length += Buffer.byteLength(line)
      this.#sum = sumIn(line)
    } catch (error) {
      this.#isBroken = this.#options.bug === 'stays-broken'
      ftruncateSync(this.#file, this.#length)
      throw error
    }
  }

  /** All that was written leaves: it is a cache. */
  #beginAgain(): void {
    closeSync(this.#file)
    if (this.#options.bug === 'leaves-files') renameSync(this.#path, `${this.#path}.${this.#logs++}`)
    rmSync(this.#path, { force: true })
    this.#file = openSync(this.#path, 'a+')
    this.#entries.clear()
    ;[this.#length, this.#sum] = [statSync(this.#path).size, '']
  }
}

function endOf(log: Buffer): string {
  return `${log.length} ${crc32(log)}`
}
