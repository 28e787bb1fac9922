export type { DiskTierOptions } from './disk-tier-options.ts'
export { diskTier } from './disk-tier.ts'
export { sqliteTier } from './sqlite-tier.ts'
export type { SqliteTierOptions } from './sqlite-tier-options.ts'
