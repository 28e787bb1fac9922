import type { BackupGzip } from './backup-gzip.ts'
import type { Outage } from './outage.ts'

/** {@link BackupGzip}, loaded when it is first needed: most processes never compress anything. */
export class LazyGzip {
  readonly #path: string
  readonly #outage: Outage
  readonly #onFault: () => void
  #loaded: BackupGzip | undefined
  #loading: Promise<void> | undefined

  constructor(path: string, outage: Outage, onFault: () => void) {
    this.#path = path
    this.#outage = outage
    this.#onFault = onFault
  }

  /** Looks for backups to compress. Never throws. */
  start(): void {
    if (this.#loaded === undefined) this.#loading ??= this.#load()
    else this.#loaded.start()
  }

  /** Resolves when there is nothing more to do. Never rejects. */
  async idle(): Promise<void> {
    await this.#loading
    await this.#loaded?.idle()
  }

  async #load(): Promise<void> {
    try {
      const { BackupGzip } = await import('./backup-gzip.ts')
      this.#loaded = new BackupGzip(this.#path, this.#outage, this.#onFault)
      this.#loaded.start()
    } catch (error) {
      // A bundle without its other files: backups stay as they are.
      this.#onFault()
      this.#outage.begin(error)
    }
  }
}
