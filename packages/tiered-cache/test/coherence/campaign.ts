/**
 * Run as a program: plays many seeds and says whether the cache kept its promises in all of them. Ends with 1 where it did not.
 * --seeds N, --from N, --lease off, --bus lossy, --trace (prints all that happened in a seed with violations).
 */
import { parseArgs } from 'node:util'
import { plainPlan, randomPlan, type Sabotage } from './plan.ts'
import { type SeedOutcome, Seeds } from './seeds.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    lease: { type: 'string' },
    bus: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})

const from = Number(values.from)
const count = Number(values.seeds)
const sabotage: Sabotage = {
  lease: values.lease === 'off' ? 'off' : undefined,
  bus: values.bus === 'lossy' ? 'lossy' : undefined,
}
const isSabotaged = sabotage.lease !== undefined || sabotage.bus !== undefined

function report({ seed, violations, lines, checkedLoads }: SeedOutcome, ms: number): void {
  const verdict = violations.length === 0 ? 'clean' : `${violations.length} VIOLATIONS`
  console.log(`seed ${seed}: ${verdict}, ${lines.length} events, ${checkedLoads} loads alone, ${Math.round(ms)} ms`)
  for (const violation of violations) console.log(`  ${violation}`)
  if (values.trace && violations.length > 0) console.log(lines.join('\n'))
}

const seeds = await Seeds.open()
const failed: number[] = []
let checkedLoads = 0
try {
  for (let seed = from; seed < from + count; seed++) {
    const begun = performance.now()
    const outcome = await seeds.play(seed, isSabotaged ? (random) => plainPlan(random, sabotage) : randomPlan)
    report(outcome, performance.now() - begun)
    checkedLoads += outcome.checkedLoads
    if (outcome.violations.length > 0) failed.push(seed)
  }
} finally {
  await seeds.close()
}
const verdict = failed.length === 0 ? 'all clean' : `violations in ${failed.length}: ${failed.join(', ')}`
console.log(`${count} seeds from ${from}, ${checkedLoads} loads alone with their lease: ${verdict}`)
process.exitCode = failed.length === 0 ? 0 : 1
