import { generatedFrom, markdownTable } from '../../report/markdown.ts'
import type { LoggerResults } from '../results.ts'
import { deathWording, outageWording } from './wording.ts'

/** The losses of a run as Markdown: the ways to die, and the outages. */
export function lossesBlock(results: LoggerResults): string {
  const { losses } = results
  const [deaths, outages] = [deathWording(losses), outageWording(losses)]
  return [
    markdownTable(deaths.titles, deaths.rows),
    `Lines lost of 2,000 logged in one turn of the event loop / of 2,000 logged 20 in a turn, and of 10; the worst of ${losses.runs} runs. The process dies in the turn of the last line, or in the turn after the last ones.`,
    markdownTable(outages.titles, outages.rows),
    `The pipe was flooded as fast as it took lines and the process told to exit; the disk had room for 200 KiB. ${generatedFrom(results)}`,
  ].join('\n\n')
}
