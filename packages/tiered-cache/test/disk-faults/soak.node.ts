// Run as a program: `soak.node.ts SUBJECT SECONDS SEED` soaks a tier and tells what became of it.
import { soak } from './soak.ts'
import type { SubjectName } from './subject.ts'

const [subject, seconds, seed] = process.argv.slice(2) as [SubjectName, string, string]
process.stdout.write(JSON.stringify(await soak(subject, Number(seconds) * 1000, Number(seed))))
