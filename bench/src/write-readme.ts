import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { LATEST_JSON } from './report/files.ts'
import { withClaims } from './report/readme.ts'
import type { Results } from './results.ts'

// A command of its own, `node --conditions=@org/source bench/src/write-readme.ts`: the claims in the README come from a
// run, and no hand types them.
const README = fileURLToPath(new URL('../../README.md', import.meta.url))

const results = JSON.parse(readFileSync(LATEST_JSON, 'utf8')) as Results
writeFileSync(README, withClaims(readFileSync(README, 'utf8'), results))
process.stdout.write(`The claims of the run of ${results.startedAt} are in README.md now.\n`)
