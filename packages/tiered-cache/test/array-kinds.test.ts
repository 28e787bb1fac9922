import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const FIXTURE = new URL('array-kinds.fixture.ts', import.meta.url).pathname

describe('Arrays of users', () => {
  it('stay of the kind that V8 made them, and come back as that kind: doubles of 8 bytes and not of 24', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--allow-natives-syntax', FIXTURE])
    const { kinds, changed } = JSON.parse(stdout) as { readonly kinds: string[]; readonly changed: string[] }
    expect(kinds).toEqual(['Double', 'Object', 'Smi', 'Double Holey', 'Smi Holey'])
    expect(changed).toEqual([])
  }, 60_000)
})
