import { glob } from 'node:fs/promises'

const PATTERNS = ['README.md', 'CONTRIBUTING.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md']

/** The Markdown files whose samples and links are kept true, as paths below the repository's root. */
export async function documents(root) {
  return (await Array.fromAsync(glob(PATTERNS, { cwd: root }))).toSorted()
}
