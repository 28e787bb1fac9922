import { readFileSync } from 'node:fs'
import { goalsHtml } from '../contest/goals-page.ts'
import { formatWhole } from '../report/format.ts'
import { pageFrame } from '../report/page-frame.ts'
import { escape, legend, section, textTable } from '../report/page-parts.ts'
import { type Cell, LABELS } from './cell.ts'
import { curves, STROKES } from './curves.ts'
import type { TraceFacts } from './measure-cells.ts'
import type { HitRatioResults } from './results.ts'
import { byTrace, type Rows, summaryRows, traceRows, trialRows } from './tables.ts'
import { TRIAL_TITLES } from './trial.ts'

const STYLE = readFileSync(new URL('page.css', import.meta.url), 'utf8')

/** The report as a page, with a picture for each trace. */
export function hitRatioPage(results: HitRatioResults): string {
  return pageFrame(results, {
    heading: 'The hit ratio of the memory tier',
    style: STYLE,
    parts: [
      section('The goals', goalsHtml(results.goals)),
      section(`What it comes to, over ${results.cells.length} cells`, numbers(summaryRows(results.cells))),
      section('Hit ratio over capacity', pictures(results)),
      ...TRIAL_TITLES.map(([kind, title]) =>
        trialSection(title, trialRows(results.trials.filter((cell) => cell.kind === kind))),
      ),
    ],
  })
}

/** One picture for each trace, all to one scale, and the numbers folded below. */
function pictures({ cells, traces }: HitRatioResults): string {
  const shown = STROKES.filter(({ id }) => cells.some(({ ratios }) => ratios[id] !== undefined)).toReversed()
  const keys = legend(shown.map(({ id, colour }) => [LABELS[id], colour] as const))
  const figures = byTrace(cells).map((own) => figure(own, traces))
  return `<p class="caption">Percent of the requests, over the entries that the cache may hold. No cache can be above the optimum.</p>
${keys}
<div class="multiples">
${figures.join('\n')}
</div>
<details><summary>All numbers</summary>${numbers(traceRows(cells))}</details>`
}

function figure(cells: readonly Cell[], traces: readonly TraceFacts[]): string {
  const name = (cells[0] as Cell).trace
  const facts = traces.find((trace) => trace.name === name)
  const size = facts === undefined ? '' : `${formatWhole(facts.requests)} requests, ${formatWhole(facts.unique)} keys`
  const caption = `<figcaption>${escape(name)} <small>${size}</small></figcaption>`
  return `<figure>${caption}${curves(escape(`Hit ratio over capacity, ${name}`), cells)}</figure>`
}

function trialSection(title: string, rows: Rows): string {
  if (rows.rows.length === 0) return ''
  const caption =
    '<p class="caption">Hit ratio in percent at each capacity; worst is the least difference in points.</p>'
  return section(title, `${caption}<div class="trials">${numbers(rows)}</div>`)
}

function numbers({ columns, rows }: Rows): string {
  const titles = columns.map(({ title }) => title)
  return textTable('numbers', titles, rows)
}
