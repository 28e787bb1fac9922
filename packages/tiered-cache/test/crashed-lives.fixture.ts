import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import type { Random } from '@org/testkit'
import type { Tier } from '@org/tiered-cache'
import { diskTier } from '../src/disk/disk-tier.ts'
import type { DiskTierOptions } from '../src/disk/disk-tier-options.ts'
import { keepAlive } from '../src/keep-alive.ts'
import { KeyHistory } from './disk-faults/key-history.ts'
import { scratchFolder } from './disk-faults/scratch.ts'
import { entryOf, foundIn } from './disk-faults/versioned-entry.ts'
import { asFilesChange, type BegunWrite, healDisk } from './failing-writes.fixture.ts'

/** How the lives of a directory are lived. */
export interface CrashSetting {
  readonly options: Omit<DiskTierOptions, 'directory'>
  /** Bytes of values. */
  readonly sizes: readonly number[]
  /** Entries may leave for room. */
  readonly mayBeGone: boolean
}

const PAGE_BYTES = 4096
const MOST_ROUNDS = 40
const MOST_AT_ONCE = 6
/** Some die as they open, some as they close, some after much has come and gone. */
const LATEST_CRASHES = [25, 120, 600]

/**
 * One directory through several lives, each of which ends at a call that changes files, just before it, in the middle or just after it:
 * the next one begins with a copy of the files at that moment, as a process that was killed there leaves them. A life that comes to
 * its end before that is closed.
 */
export class CrashedLives {
  readonly #setting: CrashSetting
  readonly #random: Random
  readonly #base = mkdtempSync(join(scratchFolder(), 'disk-crashes-'))
  readonly #histories: ReadonlyMap<string, KeyHistory>
  readonly #complaints: string[] = []
  #number = 0
  #life = 0
  /** What happens after the crash does not count. */
  #isOver = false

  constructor(setting: CrashSetting, random: Random) {
    this.#setting = setting
    this.#random = random
    const keys = Array.from({ length: random.pick([3, 20, 80]) }, (_, index) => `key:${index}`)
    this.#histories = new Map(keys.map((key) => [key, new KeyHistory()]))
  }

  /** Lives so many lives, and answers what is wrong with what they found: nothing may be lost, old, or damaged. */
  async play(lives: number): Promise<readonly string[]> {
    try {
      while (this.#life < lives && this.#complaints.length === 0) await this.#live()
    } finally {
      healDisk()
      rmSync(this.#base, { recursive: true, force: true })
    }
    return this.#complaints
  }

  async #live(): Promise<void> {
    this.#isOver = false
    this.#crashAfter(this.#random.int(0, this.#random.pick(LATEST_CRASHES)))
    const tier = diskTier({ ...this.#setting.options, directory: this.#directory(this.#life), deadline: '10m' })
    tier.onWarning?.((warning) => this.#complain(`warned: ${warning}`))
    const opening = keepAlive(Promise.resolve(tier.open?.()))
    // Some write while what is older is still being read.
    if (this.#random.chance(0.8)) {
      await opening
      await this.#look(tier)
    }
    for (let rounds = this.#random.int(0, MOST_ROUNDS); rounds > 0 && !this.#isOver; rounds--) await this.#act(tier)
    await opening
    await keepAlive(Promise.resolve(tier.close?.()))
    if (!this.#isOver) this.#end()
    rmSync(this.#directory(this.#life), { recursive: true })
    this.#life++
  }

  #crashAfter(changes: number): void {
    let left = changes
    asFilesChange((write) => {
      if (this.#isOver || left-- > 0) return
      this.#end()
      if (write !== undefined && this.#random.chance(0.6)) this.#cut(write)
    })
  }

  #end(): void {
    this.#isOver = true
    copyTree(this.#directory(this.#life), this.#directory(this.#life + 1))
  }

  /** A kill ends a write where a page of the file ends. */
  #cut({ path, bytes, offset }: BegunWrite): void {
    const copy = join(this.#directory(this.#life + 1), relative(this.#directory(this.#life), path))
    const pages = Math.floor((offset + bytes.length - 1) / PAGE_BYTES) - Math.floor(offset / PAGE_BYTES)
    if (pages === 0 || !existsSync(copy)) return
    const end = (Math.floor(offset / PAGE_BYTES) + this.#random.int(1, pages)) * PAGE_BYTES
    const file = openSync(copy, 'r+')
    writeSync(file, bytes, 0, end - offset, offset)
    closeSync(file)
  }

  async #look(tier: Tier): Promise<void> {
    for (const [key, history] of this.#histories) {
      const found = foundIn(key, await tier.get(key))
      if (this.#isOver) return
      const complaint = history.complaint(key, found, this.#setting.mayBeGone)
      if (complaint !== undefined) this.#complain(complaint)
      // From now on nothing older may be found.
      if (typeof found === 'number') history.acknowledge(found)
    }
  }

  async #act(tier: Tier): Promise<void> {
    if (this.#random.chance(0.01)) return this.#clear(tier)
    const acts = Array.from({ length: this.#random.int(1, MOST_AT_ONCE) }, async () => {
      const key = this.#random.pick([...this.#histories.keys()])
      if (this.#random.chance(0.3)) await tier.get(key)
      else await this.#write(tier, key)
    })
    await Promise.all(acts)
  }

  async #write(tier: Tier, key: string): Promise<void> {
    const bytes = this.#random.pick(this.#setting.sizes)
    const kind = this.#random.chance(0.2) ? 'delete' : 'set'
    const acknowledge = this.#begin(key, kind)
    await (kind === 'set' ? tier.set(key, entryOf(key, this.#number - 1, bytes)) : tier.delete(key))
    acknowledge()
  }

  async #clear(tier: Tier): Promise<void> {
    const deletes = [...this.#histories.keys()].map((key) => this.#begin(key, 'delete'))
    await tier.clear?.()
    for (const acknowledge of deletes) acknowledge()
  }

  /** Answers what is to be called when it is acknowledged. */
  #begin(key: string, kind: 'set' | 'delete'): () => void {
    const number = this.#number++
    const history = this.#histories.get(key) as KeyHistory
    if (!this.#isOver) history.begin({ number, kind, key, bytes: 0 })
    return () => {
      if (!this.#isOver) history.acknowledge(number)
    }
  }

  #complain(complaint: string): void {
    if (!this.#isOver) this.#complaints.push(`life ${this.#life}: ${complaint}`)
  }

  #directory(life: number): string {
    return join(this.#base, String(life))
  }
}

/** A lock is made anew: whoever opens and closes its file frees it. */
function copyTree(from: string, to: string): void {
  mkdirSync(to, { mode: 0o700 })
  for (const entry of existsSync(from) ? readdirSync(from, { withFileTypes: true }) : []) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) copyTree(source, copy)
    else if (entry.name.endsWith('.lock')) writeFileSync(copy, '', { mode: 0o600 })
    else copyFileSync(source, copy)
  }
}
