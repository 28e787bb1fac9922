import { reasonOf } from './disk-error.ts'

/** A write that the disk did not take: it is full, read-only, failing, or gone. */
export class WriteFault extends Error {
  override readonly name = 'WriteFault'

  constructor(cause: unknown) {
    super(`the disk did not take a write: ${reasonOf(cause)}`, { cause })
  }
}
