import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { RESULTS_FOLDER } from '../results-folder.ts'
import type { Report, Suite } from '../suites/suite.ts'

/** What became of the files of a report. */
export interface Written {
  readonly paths: readonly string[]
  /** One line for each file that could not be written. */
  readonly faults: readonly string[]
}

/** Where {@link writeReport} always writes the results of a suite. */
export function resultsFile({ file }: Pick<Suite, 'file'>, folder = RESULTS_FOLDER): string {
  return join(folder, `${file}.json`)
}

/**
 * Writes results as JSON, as a page where there is one, and as JSON to `jsonFile` too where it is given. A file that cannot
 * be written keeps none of the others from being written.
 */
export function writeReport(
  suite: Pick<Suite, 'file'>,
  { results, page }: Report,
  jsonFile: string | undefined,
  folder = RESULTS_FOLDER,
): Written {
  const json = `${JSON.stringify(results, null, 2)}\n`
  const files = [{ path: resultsFile(suite, folder), text: json }]
  if (page !== undefined) files.push({ path: join(folder, `${suite.file}.html`), text: page })
  if (jsonFile !== undefined) files.push({ path: jsonFile, text: json })
  const attempts = files.map(({ path, text }) => ({ path, fault: faultOf(path, text) }))
  return {
    paths: attempts.flatMap(({ path, fault }) => (fault === undefined ? [path] : [])),
    faults: attempts.flatMap(({ path, fault }) => (fault === undefined ? [] : [`${path}: ${fault}`])),
  }
}

function faultOf(path: string, text: string): string | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
