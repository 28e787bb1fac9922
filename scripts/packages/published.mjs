import { glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The packages that users install, as `{ name, folder, manifest }`, by name. */
export async function publishedPackages(root) {
  const files = await Array.fromAsync(glob('packages/*/package.json', { cwd: root }))
  const all = await Promise.all(
    files.map(async (file) => {
      const manifest = JSON.parse(await readFile(join(root, file), 'utf8'))
      return { name: manifest.name, folder: join(root, dirname(file)), manifest }
    }),
  )
  return all.filter(({ manifest }) => !manifest.private).toSorted((a, b) => a.name.localeCompare(b.name))
}

/** The specifiers that a package's `exports` offer to an importer: `@org/breaker`, `@org/breaker/testing`. */
export function entryPoints({ name, exports }) {
  const paths = Object.keys(exports).filter((path) => path !== './package.json')
  return paths.map((path) => name + path.slice(1))
}
