import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RESULTS_FOLDER } from '../results-folder.ts'
import type { Report, Suite } from '../suites/suite.ts'

/** Where {@link writeReport} always writes the results of a suite. */
export function resultsFile({ file }: Pick<Suite, 'file'>): string {
  return join(RESULTS_FOLDER, `${file}.json`)
}

/** Writes results as JSON, as a page where there is one, and as JSON to `jsonFile` too where it is given; answers the paths. */
export function writeReport(suite: Suite, { results, page }: Report, jsonFile: string | undefined): string[] {
  mkdirSync(RESULTS_FOLDER, { recursive: true })
  const json = `${JSON.stringify(results, null, 2)}\n`
  const paths = [write(resultsFile(suite), json)]
  if (page !== undefined) paths.push(write(join(RESULTS_FOLDER, `${suite.file}.html`), page))
  if (jsonFile !== undefined) paths.push(write(jsonFile, json))
  return paths
}

function write(path: string, text: string): string {
  writeFileSync(path, text)
  return path
}
