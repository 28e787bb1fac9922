import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventually } from './eventually.ts'
import { startWatchdog } from './watchdog.ts'

describe('Watchdog', () => {
  it('removes the directory when it ends, and leaves alone a process that is gone', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'testkit-watchdog-'))
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    const watchdog = startWatchdog(directory)
    watchdog.watch(bystander.pid)
    watchdog.watch(undefined)
    await watchdog.end()
    expect(existsSync(directory)).toBe(false)
    expect(isAlive(bystander.pid as number)).toBe(true)
    bystander.kill('SIGKILL')
    await once(bystander, 'exit')
  })

  it('kills the Redis of a process that was killed itself', async () => {
    const script = `
      import { startRedis } from ${JSON.stringify(join(import.meta.dirname, 'redis-server.ts'))}
      const { port, directory } = await startRedis()
      console.log(JSON.stringify({ port, directory }))
      process.kill(process.pid, 'SIGKILL')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const { directory } = JSON.parse(line.toString()) as { directory: string }
    await eventually(() => !existsSync(directory))
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
