import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'

const LINUX_BOOT_ID = '/proc/sys/kernel/random/boot_id'
const BOOT_TIME_PREFIX = 'booted-at:'
/** The clock is set now and then, and the instant of the boot moves with it. No machine boots twice in so short a time. */
const TOLERANCE_MS = 5_000

/**
 * Names this run of the machine's kernel: what a process wrote without a sync is still there as long as it lasts. On Linux the boot
 * id, which containers have of their host; elsewhere the instant of the boot.
 */
export function bootId(): string {
  try {
    const id = readFileSync(LINUX_BOOT_ID, 'latin1').trim()
    if (id !== '') return id
  } catch {
    // Not Linux, or hidden: the instant will do.
  }
  return `${BOOT_TIME_PREFIX}${Math.round(Date.now() - uptime() * 1_000)}`
}

/** Whether two boot ids name the same run. A clock that was set between them by more than 5 s makes it another. */
export function isSameBoot(one: string, other: string): boolean {
  if (one === other) return true
  if (!one.startsWith(BOOT_TIME_PREFIX) || !other.startsWith(BOOT_TIME_PREFIX)) return false
  return Math.abs(bootedAt(one) - bootedAt(other)) <= TOLERANCE_MS
}

function bootedAt(id: string): number {
  return Number(id.slice(BOOT_TIME_PREFIX.length))
}
