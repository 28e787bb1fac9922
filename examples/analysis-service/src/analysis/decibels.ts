/** What stands for -Infinity, which JSON does not have: below the quietest sample of 16 bits. */
const LEAST_DBFS = -120

/** The level of an amplitude, 1 being full scale; never below {@link LEAST_DBFS}. */
export function dbfs(amplitude: number): number {
  return amplitude > 0 ? Math.max(LEAST_DBFS, 20 * Math.log10(amplitude)) : LEAST_DBFS
}
