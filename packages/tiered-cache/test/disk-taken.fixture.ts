import { expect } from 'vitest'
import type { DiskTier } from '../src/disk/disk-tier.ts'
import { entryOf } from './plain-directory.fixture.ts'

/** Writes until the disk takes it. */
export async function taken(tier: DiskTier, key: string, value: unknown): Promise<void> {
  await expect
    .poll(
      () =>
        tier.set(key, entryOf(value)).then(
          () => true,
          () => false,
        ),
      { timeout: 5_000, interval: 20 },
    )
    .toBe(true)
}
