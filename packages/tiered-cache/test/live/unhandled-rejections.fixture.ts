import { afterAll, afterEach, beforeAll, expect } from 'vitest'

/** Fails each test of the file or `describe` that calls it in which a promise is rejected and nobody listens. */
export function noUnhandledRejections(): void {
  const rejections: unknown[] = []
  const note = (reason: unknown): void => {
    rejections.push(reason)
  }
  beforeAll(() => {
    process.on('unhandledRejection', note)
  })
  afterAll(() => {
    process.off('unhandledRejection', note)
  })
  afterEach(() => {
    expect(rejections.splice(0)).toEqual([])
  })
}
