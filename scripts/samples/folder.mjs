import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { publishedPackages } from '../packages/published.mjs'
import { codeOf, fileNameOf } from './extract.mjs'

/**
 * Gives `use` a git-ignored folder that holds the samples and resolves what a reader's project would: our packages, by
 * link to their source, and the third-party packages they are tested with. Removed afterwards.
 */
export async function withSamplesFolder(root, samples, use) {
  const folder = join(root, '.samples')
  await rm(folder, { recursive: true, force: true })
  try {
    await mkdir(join(folder, 'node_modules'), { recursive: true })
    await linkPackages(root, join(folder, 'node_modules'))
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig()))
    for (const sample of samples) await writeFile(join(folder, fileNameOf(sample)), codeOf(sample))
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function linkPackages(root, modules) {
  for (const { name, folder } of await publishedPackages(root)) {
    await link(folder, join(modules, name))
    for (const [installedAs, target] of await thirdParty(folder)) await link(target, join(modules, installedAs))
  }
}

/** What the package is developed with, under the names a reader installs. Aliases such as `keyv5` are older versions of it. */
async function thirdParty(folder) {
  const { devDependencies = {} } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  return Object.entries(devDependencies)
    .filter(([, range]) => !/^(?:workspace|npm):/.test(range))
    .map(([name]) => [name, join(folder, 'node_modules', name)])
}

async function link(target, path) {
  await mkdir(dirname(path), { recursive: true })
  await rm(path, { force: true })
  await symlink(target, path, 'dir')
}

function tsconfig() {
  const compilerOptions = {
    allowJs: true,
    checkJs: true,
    customConditions: ['@org/source'],
    isolatedDeclarations: false,
    noEmit: true,
  }
  return { extends: '../tsconfig.base.json', compilerOptions, include: ['*.ts', '*.js'] }
}
