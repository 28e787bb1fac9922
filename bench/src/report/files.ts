import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RESULTS_FOLDER } from '../results-folder.ts'
import type { Results } from '../results.ts'
import { htmlReport } from './html.ts'

/** Where {@link writeReports} always writes the results. */
export const LATEST_JSON: string = join(RESULTS_FOLDER, 'latest.json')
const LATEST_HTML = join(RESULTS_FOLDER, 'latest.html')

/** Writes the results as JSON and as a page, and as JSON to `jsonFile` too where one is given; answers the paths. */
export function writeReports(results: Results, jsonFile: string | undefined): string[] {
  mkdirSync(RESULTS_FOLDER, { recursive: true })
  const json = `${JSON.stringify(results, null, 2)}\n`
  writeFileSync(LATEST_JSON, json)
  writeFileSync(LATEST_HTML, htmlReport(results))
  if (jsonFile === undefined) return [LATEST_JSON, LATEST_HTML]
  writeFileSync(jsonFile, json)
  return [LATEST_JSON, LATEST_HTML, jsonFile]
}
