/** CPU nanoseconds in one second as a share of a core: `0.21 %`. */
export function formatShare(cpuNs: number): string {
  return `${(cpuNs / 1e7).toFixed(2)} %`
}
