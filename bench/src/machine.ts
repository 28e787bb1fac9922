import { statfsSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'

/** Where the numbers come from: without it they say nothing. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly os: string
  readonly node: string
  /** What holds the files of the disk tiers; `undefined` where none were measured. */
  readonly filesystem: string | undefined
  /** Name and version of the server; `undefined` where none was measured. */
  readonly redis: string | undefined
  /** Processes that wanted a core in the minute before the run. */
  readonly loadBefore: number
}

/** The machine this runs on; `folder` is where the disk tiers write, `redis` what the server said of itself, where they are part. */
export function describeMachine(folder?: string, redis?: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${type()} ${release()} ${process.arch}`,
    node: process.version,
    filesystem: folder === undefined ? undefined : filesystemOf(folder),
    redis,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}

/** What makes this machine a poor one to measure on, as warnings. */
export function machineWarnings(machine: Machine): string[] {
  const warnings: string[] = []
  if (machine.loadBefore > machine.cores / 2) {
    warnings.push(`the machine was busy before the run (load ${machine.loadBefore} on ${machine.cores} cores)`)
  }
  if (machine.filesystem === 'tmpfs') warnings.push('the "disk" here is tmpfs: its files live in memory')
  return warnings
}

// The magic numbers of statfs(2); Linux alone has them.
const FILESYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x794c7630: 'overlayfs',
  0x01021994: 'tmpfs',
  0x6969: 'nfs',
}

function filesystemOf(folder: string): string {
  if (process.platform !== 'linux') return 'unknown'
  return FILESYSTEMS[statfsSync(folder).type] ?? 'unknown'
}
