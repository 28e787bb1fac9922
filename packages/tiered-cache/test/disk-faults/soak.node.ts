// Run as a program: `soak.node.ts SUBJECT SECONDS SEED PACE` soaks a tier and tells what became of it.
import { soak, type SoakPace } from './soak.ts'
import type { SubjectName } from './subject.ts'

const [subject, seconds, seed, pace] = process.argv.slice(2) as [SubjectName, string, string, SoakPace]
process.stdout.write(JSON.stringify(await soak(subject, Number(seconds) * 1000, Number(seed), pace)))
