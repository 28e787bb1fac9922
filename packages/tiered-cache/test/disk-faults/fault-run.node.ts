// Run as a program: `fault-run.node.ts SUBJECT FAULT` puts a tier through a fault and tells what became of it.
import { faultRun } from './fault-run.ts'
import { type FaultName, FAULTS } from './faults.ts'
import type { SubjectName } from './subject.ts'

const [subject, name] = process.argv.slice(2) as [SubjectName, FaultName]
const fault = FAULTS[name]()
try {
  const { rejected, complaints } = await faultRun(subject, fault)
  process.stdout.write(JSON.stringify({ rejected, complaints }))
} finally {
  await fault.end()
  fault.remove()
}
