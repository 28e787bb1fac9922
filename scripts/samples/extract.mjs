import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const FENCE = /^\s*(`{3,})(\S*)\s*(.*)$/

/**
 * The fenced blocks of a Markdown file, in order: `{ file, line, language, flags, text }`, where `line` is the line of
 * the first line of `text` (1-based) and `flags` are the words behind the language.
 */
export async function fencedBlocks(file, root) {
  const lines = (await readFile(join(root, file), 'utf8')).split('\n')
  const blocks = []
  let open
  lines.forEach((line, index) => {
    const [, ticks, language, flags] = FENCE.exec(line) ?? []
    if (open === undefined && ticks !== undefined) {
      open = { file, line: index + 2, ticks, language, flags: flags.split(/\s+/).filter(Boolean), body: [] }
    } else if (ticks === open?.ticks && language === '') {
      const { body, ticks: _, ...block } = open
      blocks.push({ ...block, text: `${body.join('\n')}\n` })
      open = undefined
    } else {
      open?.body.push(line)
    }
  })
  if (open !== undefined) throw new Error(`${file}:${open.line - 1} opens a code block that is never closed`)
  return blocks
}

/** Is it code that a reader copies and runs? */
export function isCode({ language }) {
  return ['ts', 'typescript', 'js', 'javascript'].includes(language)
}

/** May it be type-checked only? For samples that are types and nothing else. */
export function isTypesOnly({ flags }) {
  return flags.includes('no-run')
}

/** Where a reader finds the sample. */
export function placeOf({ file, line }) {
  return `${file}:${line}`
}

/** A file name for the sample that tells where it came from. */
export function fileNameOf({ file, line, language }) {
  return `${file.replaceAll(/[^\w]+/g, '-')}-L${line}.${language.startsWith('t') ? 'ts' : 'js'}`
}

/** The sample's code on the lines it has in its document, so that a compiler's message names the document's line. */
export function codeOf({ line, text }) {
  return '\n'.repeat(line - 1) + text
}
