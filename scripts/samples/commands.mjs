import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const SHELL = ['sh', 'bash', 'shell', 'console']
const PNPM_OWN = ['add', 'exec', 'install', 'pack', 'publish', 'run']
const CALL = /\bpnpm(?:@\d+)?\s+(?:run\s+)?([\w:.-]+)/g

export function isShell({ language }) {
  return SHELL.includes(language)
}

/** Every `pnpm <word>` of a shell block has to be a script of the root package.json or a command of pnpm's own. */
export async function checkShellBlock(root, { text }) {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  for (const [call, word] of text.matchAll(CALL)) {
    if (!(word in scripts) && !PNPM_OWN.includes(word)) throw new Error(`there is no script for: ${call}`)
  }
}
