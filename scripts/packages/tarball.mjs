import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { mustRun } from '../command.mjs'

/**
 * Packs a package into `into` and unpacks it beside: `{ name, path, folder, manifest, files, bytes }`, where `folder`
 * holds what a user's node_modules would. With pnpm: `npm pack` leaves `workspace:` ranges in the manifest.
 */
export async function pack({ name, folder: source }, into) {
  const directory = join(into, name.replaceAll(/\W+/g, '-').replace(/^-/, ''))
  await mkdir(directory, { recursive: true })
  await mustRun('npx', ['-y', 'pnpm@12', 'pack', '--pack-destination', directory], { cwd: source })
  const [file] = await readdir(directory)
  const path = join(directory, file)
  await mustRun('tar', ['-xzf', path, '-C', directory])
  const folder = join(directory, 'package')
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  return { name, path, folder, manifest, files: await filesBelow(folder), bytes: (await stat(path)).size }
}

async function filesBelow(folder) {
  const all = await readdir(folder, { recursive: true, withFileTypes: true })
  return all
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
}
