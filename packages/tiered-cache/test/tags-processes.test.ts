import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { talkTo } from './talking-process.fixture.ts'

const SMALL_HEAP = '--max-old-space-size=48'

describe('Tags in a process over a disk', { timeout: 60_000 }, () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tags-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  it('keep what they mean, and what was invalidated stays so, over kill -9', async () => {
    const first = await talkTo('tags-kill.node.ts', [directory])
    for (const order of ['set kept kept', 'set both kept,deleted', 'set deleted deleted', 'set stale expired'])
      await first.ask(order)
    for (const order of ['put cleared k', 'put spared k', 'idle']) await first.ask(order)
    for (const order of ['delete deleted', 'expire expired', 'clear cleared'])
      expect(await first.ask(order)).toEqual({ reached: true })
    await first.kill()

    const second = await talkTo('tags-kill.node.ts', [directory])
    expect(await second.ask('get kept')).toBe('v')
    for (const key of ['both', 'deleted', 'stale']) expect(await second.ask(`get ${key}`)).toBe('nothing')
    expect(await second.ask('stale stale expired')).toBe('v')
    expect([await second.ask('ask cleared k'), await second.ask('ask spared k')]).toEqual(['nothing', 'v'])
    // It knows the tags as the first one did.
    expect(await second.ask('delete kept')).toEqual({ reached: true })
    expect(await second.ask('get kept')).toBe('nothing')
    await second.kill()

    const third = await talkTo('tags-kill.node.ts', [directory])
    expect(await third.ask('get kept')).toBe('nothing')
    await third.kill()
  })
})

describe('Tags and namespaces without end', { timeout: 120_000 }, () => {
  it('fit into a small heap', async () => {
    const program = new URL('tags-heap.node.ts', import.meta.url).pathname
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@org/source', SMALL_HEAP, program])
    expect(stdout).toBe('done\n')
  })
})
