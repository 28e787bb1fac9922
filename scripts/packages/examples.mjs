import { fencedBlocks, isCode, isTypesOnly } from '../samples/extract.mjs'

const INSTALL = /^npm install (.+)$/gm

/** The README's samples that run, and what its `npm install` lines add to our own packages. */
export async function readmeExamples(root) {
  const blocks = await fencedBlocks('README.md', root)
  const samples = blocks.filter((block) => isCode(block) && !isTypesOnly(block))
  const lines = blocks.flatMap(({ text }) => [...text.matchAll(INSTALL)].map(([, words]) => words))
  const companions = new Set(lines.flatMap((words) => words.split(/\s+/)).filter((word) => !word.startsWith('@org/')))
  return { samples, companions: [...companions] }
}
