import { removeOldBackups } from './backup-age.ts'
import { withFileLock } from './file-lock.ts'
import type { LogFile } from './log-file.ts'
import type { Outage } from './outage.ts'
import { rotate } from './rotation.ts'

const RETRY_MS = 1_000
/** A rotation by another process is waited for as long: else all others would write on past the limit. */
const LOCK_MS = 250
/** Between two looks at the lock: the one who has it needs the directory, too. */
const LOOK_MS = 4
const SLEEP = new Int32Array(new SharedArrayBuffer(4))

/** Which backups are kept. */
export interface Retention {
  readonly backupCount: number
  readonly maxBackupAgeMs: number
}

/** Rotates a log file that other processes may rotate too: one at a time, and each file once. */
export class FileRotator {
  readonly #file: LogFile
  readonly #lockPath: string
  readonly #retention: Retention
  readonly #outage: Outage
  readonly #onFault: () => void
  #notBefore = 0
  #isPatient = true
  #rotations = 0

  constructor(file: LogFile, retention: Retention, outage: Outage, onFault: () => void) {
    this.#file = file
    this.#lockPath = `${file.path}.lock`
    this.#retention = retention
    this.#outage = outage
    this.#onFault = onFault
  }

  /** Files that this one has moved to `.1`. */
  get rotations(): number {
    return this.#rotations
  }

  /**
   * Whether another file has the path now: then the log file wants a look. A rename that failed is tried again a second
   * later, a lock that another holds the next time. Never throws.
   */
  rotate(): boolean {
    return performance.now() >= this.#notBefore && this.#guarded(() => this.#rotateOrWait())
  }

  /** Removes the backups that are too old, unless another process rotates at this moment. Never throws. */
  removeOldBackups(): void {
    if (this.#retention.maxBackupAgeMs === Infinity) return
    this.#guarded(() => withFileLock(this.#lockPath, () => this.#removeOldBackups()))
  }

  #guarded(work: () => boolean): boolean {
    try {
      const isDone = work()
      if (isDone) this.#outage.end()
      return isDone
    } catch (error) {
      this.#notBefore = performance.now() + RETRY_MS
      this.#onFault()
      this.#outage.begin(error)
      return false
    }
  }

  /** A rotation of others takes a moment; one that takes longer is waited for once and no more. */
  #rotateOrWait(): boolean {
    const deadline = performance.now() + LOCK_MS
    while (!withFileLock(this.#lockPath, () => this.#rotateLocked())) {
      if (!this.#file.isCurrent()) break
      if (!this.#isPatient || performance.now() > deadline) {
        this.#isPatient = false
        return false
      }
      Atomics.wait(SLEEP, 0, 0, LOOK_MS)
    }
    this.#isPatient = true
    return true
  }

  #rotateLocked(): void {
    // Another process may have been faster.
    if (!this.#file.isCurrent()) return
    // Windows does not rename what is open.
    this.#file.close()
    rotate(this.#file.path, this.#retention.backupCount)
    this.#rotations++
    this.#removeOldBackups()
  }

  #removeOldBackups(): void {
    removeOldBackups(this.#file.path, this.#retention.maxBackupAgeMs)
  }
}
