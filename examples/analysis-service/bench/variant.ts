/**
 * What is compared: the service as the original was, with the disk alone; the service with all its tiers; and to know what no
 * cache can make shorter, one that has every answer at hand.
 */
export const VARIANTS = ['disk only', 'all tiers', 'no look-up'] as const
export type Variant = (typeof VARIANTS)[number]
