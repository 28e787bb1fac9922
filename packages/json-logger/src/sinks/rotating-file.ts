import { resolve } from 'node:path'
import { LazyGzip } from './lazy-gzip.ts'
import { FileRotator } from './file-rotator.ts'
import { HeldLines } from './held-lines.ts'
import { BATCH_BYTES } from './line-buffer.ts'
import type { LineTarget, TargetContext, TargetStats } from './line-target.ts'
import { LogFile } from './log-file.ts'
import { Outage } from './outage.ts'

/** What a {@link RotatingFile} is made of; everything is resolved. */
export interface RotatingFileOptions {
  /** A relative one is resolved when the target is made. */
  readonly path: string
  /** The file is rotated before the line that would make it as long; `Infinity`: never. */
  readonly maxBytes: number
  /** Files `.1` to `.n` that are kept; 0: never rotated, as Python's. */
  readonly backupCount: number
  /** Whether backups are compressed from `.2` on. */
  readonly gzipBackups: boolean
  /** Older backups are removed when the file is opened and at each rotation. */
  readonly maxBackupAgeMs: number
  /** What a kill may take: the lines of the running turn, or none. */
  readonly durability: 'turn' | 'line'
  /** Bytes that wait while the disk is full or away. */
  readonly maxBufferedBytes: number
}

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 5_000

/**
 * A log file that is rotated by size: `app.log`, `app.log.1` … `.n`, the same bytes as Python's RotatingFileHandler has
 * in them. Any number of processes and threads may share one.
 *
 * Lines are collected and written at the end of the event loop's turn, in one synchronous write, or as soon as there are
 * 64 KiB of them.
 * Before each, one `stat` shows whether the file was moved, removed or emptied, and how long others have made it. The
 * place where a batch must be cut by rotation is looked for in its bytes, so a line costs no more than its encoding.
 *
 * While the disk is full or away lines wait, up to a bound; above it they are dropped, counted, and told of in one line
 * when writing goes on.
 */
export class RotatingFile implements LineTarget {
  readonly #maxBytes: number
  readonly #isLineByLine: boolean
  readonly #file: LogFile
  readonly #held: HeldLines
  readonly #gzip: LazyGzip | undefined
  readonly #writing: Outage
  readonly #rotator: FileRotator
  #isTurnOpen = false
  #isClosed = false
  #closing: Promise<void> | undefined
  #retryMs = FIRST_RETRY_MS
  #retryTimer: NodeJS.Timeout | undefined

  constructor(options: RotatingFileOptions, context: TargetContext) {
    const path = resolve(options.path)
    const outage = (what: string): Outage => new Outage(what, path, context)
    const onFault = (): void => this.#held.countFault()
    this.#maxBytes = options.backupCount === 0 ? Infinity : options.maxBytes
    this.#isLineByLine = options.durability === 'line'
    this.#file = new LogFile(path)
    this.#held = new HeldLines(options.maxBufferedBytes, (count) => context.dropNotice(count))
    this.#writing = outage('write')
    this.#rotator = new FileRotator(this.#file, options, outage('rotate'), onFault)
    this.#gzip = options.gzipBackups ? new LazyGzip(path, outage('compress backups of'), onFault) : undefined
    this.#open()
  }

  write(line: string, isUrgent: boolean): void {
    if (this.#isClosed) return this.#held.refuse()
    // During an outage the timer tries, not each line.
    if (this.#held.add(line, this.#makeRoom) === 0 || this.#writing.isOn) return
    if (isUrgent || this.#isLineByLine || this.#held.byteLength >= BATCH_BYTES) this.#drain()
    if (this.#isTurnOpen) return
    this.#isTurnOpen = true
    setImmediate(this.#endTurn)
  }

  /** One attempt, like {@link flushSync}: an outage is not waited for, `stats().bufferedBytes` says what waits on. */
  flush(): Promise<void> {
    this.flushSync()
    return Promise.resolve()
  }

  flushSync(): void {
    this.#drain()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  stats(): TargetStats {
    return this.#held.stats(this.#rotator.rotations)
  }

  #open(): void {
    try {
      this.#file.look()
      this.#rotator.removeOldBackups()
      this.#gzip?.start()
    } catch (error) {
      this.#suspend(error)
    }
  }

  async #close(): Promise<void> {
    this.flushSync()
    this.#isClosed = true
    clearTimeout(this.#retryTimer)
    this.#held.giveUp()
    this.#file.close()
    await this.#gzip?.idle()
  }

  readonly #makeRoom = (): void => {
    if (!this.#writing.isOn) this.#drain()
  }

  readonly #endTurn = (): void => {
    this.#isTurnOpen = false
    if (!this.#writing.isOn) this.#drain()
  }

  /** Writes all that waits; never throws. */
  #drain(): void {
    if (this.#isClosed) return
    try {
      if (this.#writing.isOn) this.#file.look()
      while (this.#held.byteLength > 0 || this.#held.addNotice()) this.#writePiece()
      if (this.#writing.isOn) this.#resume()
    } catch (error) {
      this.#suspend(error)
    }
  }

  #writePiece(): void {
    this.#file.look()
    const piece = this.#held.piece(this.#nextLimit())
    const done = this.#file.append(piece)
    this.#held.written(done)
    if (done < piece.length) throw this.#file.fault
  }

  /** How many bytes may come next into the file that is open, after a rotation where one is due; one line may be longer. */
  #nextLimit(): number {
    // Python rotates where a line would make the file as long as the limit, not only longer.
    const room = this.#maxBytes - this.#file.size - 1
    if (this.#held.wholeLines(room) > 0) return room
    // An empty file is never rotated: it would only move all backups on. A line longer than the limit has one of its own.
    if (this.#file.size === 0) return 0
    this.#rotate()
    // What cannot rotate grows by a batch.
    return this.#held.wholeLines(this.#maxBytes - this.#file.size - 1) === 0 && this.#file.size > 0
      ? BATCH_BYTES
      : this.#maxBytes - this.#file.size - 1
  }

  #rotate(): void {
    const isRotated = this.#rotator.rotate()
    // Where it failed the file may have been closed for it.
    this.#file.look()
    if (isRotated) this.#gzip?.start()
  }

  #suspend(error: unknown): void {
    this.#held.countFault()
    this.#writing.begin(error)
    if (this.#retryTimer !== undefined || this.#isClosed) return
    this.#retryTimer = setTimeout(() => this.#retry(), this.#retryMs).unref()
  }

  #retry(): void {
    this.#retryTimer = undefined
    this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS)
    this.#drain()
  }

  #resume(): void {
    clearTimeout(this.#retryTimer)
    this.#retryTimer = undefined
    this.#retryMs = FIRST_RETRY_MS
    this.#writing.end()
  }
}
