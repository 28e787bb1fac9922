import { styleText } from 'node:util'
import type { Machine } from '../machine.ts'
import { formatSize } from '../size.ts'

/** The machine in one line. */
export function machineLine(machine: Machine): string {
  return [
    machine.cpu,
    `${machine.cores} cores`,
    `${formatSize(machine.memoryBytes)} memory`,
    machine.os,
    `Node ${machine.node}`,
    ...(machine.redis === undefined ? [] : [machine.redis]),
    ...(machine.filesystem === undefined ? [] : [`${machine.filesystem} files`]),
  ].join(' · ')
}

/** A title over lines with dashes; nothing where there are none. */
export function listSection(title: string, lines: readonly string[], colour: 'dim' | 'yellow'): string {
  if (lines.length === 0) return ''
  return [bold(title), ...lines.map((line) => styleText(colour, `- ${line}`))].join('\n')
}

/** Sections with a blank line between them; empty ones are left out. */
export function joinSections(sections: readonly string[]): string {
  return sections.filter((section) => section !== '').join('\n\n')
}

/** Text in bold, on a terminal. */
export function bold(text: string): string {
  return styleText('bold', text)
}
