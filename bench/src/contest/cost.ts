/** What one unit of work takes. */
export interface Cost {
  /** CPU nanoseconds of the whole process, all its threads and garbage collection included. */
  readonly cpuNs: number
  /** Nanoseconds by the clock. */
  readonly wallNs: number
}

/** What has gone since `cpuBefore`, for one of `count`. */
export function costOf(cpuBefore: NodeJS.CpuUsage, wallMs: number, count: number): Cost {
  const { user, system } = process.cpuUsage(cpuBefore)
  return { cpuNs: ((user + system) * 1000) / count, wallNs: (wallMs * 1e6) / count }
}
