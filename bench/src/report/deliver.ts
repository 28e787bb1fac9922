import { relative } from 'node:path'
import type { Report, Suite } from '../suites/suite.ts'
import { writeReport } from './files.ts'

/** What is left to print once the files of a report are written, and how the process is to end. */
export interface Delivery {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: 0 | 1
}

/** Writes the files of a report. Its table is printed whatever becomes of them: minutes of measuring went into it. */
export function deliver(
  suite: Pick<Suite, 'file'>,
  report: Report,
  jsonFile: string | undefined,
  folder?: string,
): Delivery {
  const { paths, faults } = writeReport(suite, report, jsonFile, folder)
  const seconds = Math.round(report.results.tookMs / 1000)
  const written = paths.length === 0 ? 'nothing' : paths.map(fromHere).join(', ')
  return {
    stdout: `${report.text}\n\nTook ${seconds} s. Written: ${written}\n`,
    stderr: faults.map((fault) => `Not written: ${fault}\n`).join(''),
    exitCode: report.isIncomplete || faults.length > 0 ? 1 : 0,
  }
}

function fromHere(path: string): string {
  return relative(process.cwd(), path)
}
