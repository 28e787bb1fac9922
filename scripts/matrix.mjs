/**
 * Runs all tests under each version of Node that the packages promise: the vitest suite, and the conformance suite under
 * `node --test`. Usage: `pnpm test:matrix [version ...]`, default 22.19 24 26.
 */
import { join } from 'node:path'
import { Checklist } from './checklist.mjs'
import { mustRun } from './command.mjs'

const ROOT = join(import.meta.dirname, '..')
const VERSIONS = ['22.19', '24', '26']
const TIMEOUT_MS = 15 * 60_000
const NODE_TEST = 'node --conditions=@org/source --test --test-reporter=tap'
// Called through `node`: a `pnpm test` would take the Node that the lockfile pins.
const SUITES = [
  ['vitest', 'node node_modules/vitest/vitest.mjs run', /^\s*Tests\s+(.*)$/m],
  ['node:test', `${NODE_TEST} packages/tiered-cache/test/conformance.node.ts`, /^# (pass .*)$/m],
]

const asked = process.argv.slice(2)
const checklist = new Checklist()
for (const version of asked.length > 0 ? asked : VERSIONS) {
  for (const [name, command, summary] of SUITES) {
    await checklist.check(`Node ${version}, ${name}`, async () => {
      const output = await under(version, `node --version && ${command}`)
      const [actual] = /^v\d+\.\d+\.\d+$/m.exec(output) ?? ['no version']
      if (!actual.startsWith(`v${version}.`)) throw new Error(`ran under ${actual}`)
      return `${actual}, ${summary.exec(output)?.[1]?.trim() ?? 'no summary'}`
    })
  }
}
checklist.finish('matrix')

/** The output of a shell command whose `node` is that version, downloaded by npx where it is missing. */
function under(version, command) {
  const env = { ...process.env, NO_COLOR: '1' }
  delete env.FORCE_COLOR
  return mustRun('npx', ['-y', '-p', `node@${version}`, '-c', command], { cwd: ROOT, env, timeoutMs: TIMEOUT_MS })
}
