import { readFileSync } from 'node:fs'
import type { RunResults } from '../run-results.ts'
import { escape, items, section } from './page-parts.ts'
import { machineLine } from './sections.ts'

const STYLE = readFileSync(new URL('page.css', import.meta.url), 'utf8')

/** What one page has of its own. */
export interface PageContent {
  readonly heading: string
  /** Told after the time and the machine. */
  readonly facts?: readonly string[]
  /** CSS after that of every page. */
  readonly style?: string
  /** HTML, from top to bottom. */
  readonly parts: readonly string[]
}

/** A report as one page that needs nothing beside itself: styles and pictures are in it, scripts there are none. */
export function pageFrame(
  results: RunResults<string>,
  { heading, facts = [], style = '', parts }: PageContent,
): string {
  const when = results.startedAt.slice(0, 16).replace('T', ' ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bench: ${escape(results.suite)}</title>
<style>
${STYLE}${style}</style>
</head>
<body>
<main>
<h1>${escape(heading)}</h1>
<p class="machine">${escape([`${when} UTC`, machineLine(results.machine), ...facts].join(' · '))}</p>
${items('warnings', results.warnings)}
${parts.join('\n')}
${section('How to read this', items('notes', results.notes))}
</main>
</body>
</html>
`
}
