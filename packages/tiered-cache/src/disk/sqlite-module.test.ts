import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { sqliteModule } from './sqlite-module.ts'

const MODULE = new URL('sqlite-module.ts', import.meta.url).href

describe('sqliteModule', () => {
  it('gives what Node has', () => {
    expect(sqliteModule()).toBe(process.getBuiltinModule('node:sqlite'))
  })

  it('writes no warning, and leaves the process as it was', () => {
    const script = `
      const { sqliteModule } = await import('${MODULE}')
      const before = JSON.stringify(Object.getOwnPropertyDescriptors(process).emitWarning)
      const { emitWarning } = process
      sqliteModule()
      const after = JSON.stringify(Object.getOwnPropertyDescriptors(process).emitWarning)
      console.log(before === after && process.emitWarning === emitWarning)
      process.emitWarning('of the user', 'ExperimentalWarning')`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    expect(stdout).toBe('true\n')
    expect(stderr).not.toMatch(/sqlite/i)
    expect(stderr).toContain('of the user')
  })
})
