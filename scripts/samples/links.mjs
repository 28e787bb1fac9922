import { access, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const LINK = /\]\(([^)\s]+)\)|\b(?:src|href|srcset)="([^"]+)"/g
const FENCED = /^([ \t]*`{3,})[\s\S]*?^\1/gm

/** Every relative link and picture of a document has to lead to a file of the repository. */
export async function checkLinks(root, file) {
  const text = (await readFile(join(root, file), 'utf8')).replaceAll(FENCED, '')
  const targets = [...text.matchAll(LINK)].map(([, link, attribute]) => link ?? attribute)
  const local = targets.filter((target) => !/^(?:[a-z]+:|#)/i.test(target))
  const dead = []
  for (const target of local) {
    const path = join(root, dirname(file), target.replace(/#.*$/, ''))
    await access(path).catch(() => dead.push(target))
  }
  if (dead.length > 0) throw new Error(`links that lead nowhere: ${dead.join(', ')}`)
  return `${local.length} local links`
}
