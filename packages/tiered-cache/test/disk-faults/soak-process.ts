import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { SoakOutcome, SoakPace } from './soak.ts'
import type { SubjectName } from './subject.ts'

const PROGRAM = fileURLToPath(new URL('soak.node.ts', import.meta.url))
const MOST_OUTPUT = 64 * 1024 ** 2

/** Soaks in a process of its own, whose memory is the tier's alone. */
export async function soakProcess(
  subject: SubjectName,
  seconds: number,
  seed: number,
  pace: SoakPace = 'busy',
): Promise<SoakOutcome> {
  const flags = ['--conditions=@org/source', '--expose-gc', '--disable-warning=ExperimentalWarning']
  const given = [...flags, PROGRAM, subject, String(seconds), String(seed), pace]
  const { stdout } = await promisify(execFile)(process.execPath, given, { maxBuffer: MOST_OUTPUT })
  return JSON.parse(stdout) as SoakOutcome
}
