import { describe, expect, it } from 'vitest'
import { eventually } from './eventually.ts'

describe('eventually', () => {
  it('tries again until the check neither throws nor answers false', async () => {
    const answers: (() => boolean | string)[] = [
      () => {
        throw new Error('not yet')
      },
      () => false,
      () => 'there',
    ]
    await expect(eventually(() => answers.shift()!(), { every: 0 })).resolves.toBe('there')
  })

  it('gives up at its deadline with what the last try threw', async () => {
    const refusal = new Error('refused')
    const waiting = eventually(() => Promise.reject(refusal), { within: 0 })
    await expect(waiting).rejects.toMatchObject({ message: 'not so within 0 ms', cause: refusal })
  })
})
