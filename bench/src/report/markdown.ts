import type { Machine } from '../machine.ts'
import { machineLine } from './sections.ts'

/** A table in Markdown; a bar in a cell does not end it. */
export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, titles.map(() => '---'), ...rows.map((cells) => cells.map(escaped))]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Where the numbers above it come from, in one sentence. */
export function generatedFrom(results: { quick: boolean; startedAt: string; machine: Machine }): string {
  const run = results.quick ? 'quick run' : 'run'
  return `Generated from a ${run} of ${results.startedAt.slice(0, 10)} on ${machineLine(results.machine)}.`
}

/**
 * `text` with everything between the two markers `<!-- name:begin -->` and `<!-- name:end -->` replaced by `block`.
 * @throws Error where the markers are missing or the wrong way round.
 */
export function withBlock(text: string, name: string, block: string): string {
  const [beginMark, endMark] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
  const begin = text.indexOf(beginMark)
  const end = text.indexOf(endMark)
  if (begin < 0 || end < begin) throw new Error(`the README needs a line ${beginMark} and after it a line ${endMark}`)
  return `${text.slice(0, begin + beginMark.length)}\n\n${block}\n\n${text.slice(end)}`
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}
