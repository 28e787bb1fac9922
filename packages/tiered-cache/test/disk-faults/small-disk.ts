import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeSync, openSync, closeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of its own, so small that it is full at once. */
export class SmallDisk {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'small-disk-'))

  /** Takes root on Linux. */
  constructor(kibibytes: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', this.directory])
  }

  static isAllowed(): boolean {
    if (process.platform !== 'linux') return false
    const script = 'd=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs "$d" && umount "$d" && rmdir "$d"'
    return spawnSync('sh', ['-c', script]).status === 0
  }

  remount(options: string): void {
    execFileSync('mount', ['-o', `remount,${options}`, this.directory])
  }

  /** Leaves no byte of it free. */
  fill(): void {
    const file = openSync(join(this.directory, BALLAST), 'w')
    for (let size = 65_536; size >= 1; ) {
      try {
        if (writeSync(file, Buffer.alloc(size)) === 0) break
      } catch {
        size = Math.floor(size / 2)
      }
    }
    closeSync(file)
  }

  empty(): void {
    rmSync(join(this.directory, BALLAST), { force: true })
  }

  remove(): void {
    spawnSync('umount', ['-l', this.directory])
    rmSync(this.directory, { recursive: true, force: true })
  }
}

const BALLAST = 'ballast'
