import { describe, expect, it, onTestFinished } from 'vitest'
import { FAULTS } from '../src/outage/faults.ts'
import { operate } from '../src/outage/operator.ts'
import type { Scene } from '../src/outage/scene.ts'
import { sharedNow } from '../src/outage/shared-clock.ts'

async function sceneOf(id: (typeof FAULTS)[number]['id']): Promise<Scene> {
  const scene = await FAULTS.find((fault) => fault.id === id)!.open()
  onTestFinished(() => scene.close())
  return scene
}

/** What the Redis of a scene answers to a write of so much that loading it takes a while. */
async function write({ address }: Scene): Promise<string> {
  const port = 'url' in address ? Number(new URL(address.url).port) : address.masters[1]!
  try {
    // In a slot of the second of three masters.
    await operate(port, 'EVAL', "for i = 1, 500 do redis.call('SET', '{c}' .. i, i) end", '1', '{c}')
    return 'done'
  } catch (error) {
    return (error as Error).message
  }
}

describe('A fault', { timeout: 60_000 }, () => {
  it.each([
    ['kill', /ECONNREFUSED/],
    ['full', /^OOM /],
    ['readonly', /^READONLY /],
    ['loading', /^LOADING /],
    ['cluster', /ECONNREFUSED/],
  ] as const)('%s: befalls writes when it begins, and is over when it ends', async (id, answer) => {
    const scene = await sceneOf(id)
    expect(await write(scene)).toBe('done')
    await scene.prepare?.()
    await scene.begin()
    expect(await write(scene)).toMatch(answer)
    const endedAt = await scene.end()
    expect(await write(scene)).toBe('done')
    expect(endedAt).toBeLessThanOrEqual(sharedNow())
  })

  it('is nothing at all, where that is to be compared with', async () => {
    const scene = await sceneOf('none')
    await scene.begin()
    expect(await write(scene)).toBe('done')
    await scene.end()
  })

  it('that is mute from the first connect is found elsewhere', async () => {
    const scene = await sceneOf('mute')
    expect(await write(scene)).toBe('done')
    expect(scene.moveTo).not.toEqual(scene.address)
    await scene.end()
    expect(await write({ ...scene, address: scene.moveTo! })).toBe('done')
  })
})
