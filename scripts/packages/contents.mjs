import { readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join } from 'node:path'

const ALLOWED = /^(?:dist\/.+\.(?:js|d\.ts)(?:\.map)?|src\/.+\.ts|package\.json|README\.md|LICENSE)$/
const DEMANDED = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'src/index.ts']
const SPECIFIER =
  /(?:(?<!\.)\bfrom|\bimport|\bdeclare module|\brequire)\s*\(?\s*['"]([^'"\n]+)['"]|<reference\s+types="([^"]+)"/g

/** What is in the tarball: the built files, the source that the maps point at, and nothing that only we need. */
export async function checkContents({ folder, files, bytes }, root) {
  const strange = files.filter((file) => !ALLOWED.test(file) || /\.(?:test|fixture|bench)\./.test(file))
  if (strange.length > 0) throw new Error(`files that have no place in the package: ${strange.join(', ')}`)
  const absent = DEMANDED.filter((file) => !files.includes(file))
  if (absent.length > 0) throw new Error(`missing: ${absent.join(', ')}`)
  const [ours, packed] = await Promise.all([read(root, 'LICENSE'), read(folder, 'LICENSE')])
  if (ours !== packed) throw new Error('its LICENSE is not the LICENSE of the repository')
  return `${files.length} files, ${(bytes / 1024).toFixed(1)} KiB packed`
}

/** The manifest as users get it: real version ranges, and no dependency that the promise of the package leaves out. */
export function checkManifest({ manifest }) {
  const text = JSON.stringify(manifest)
  if (/"(?:workspace|catalog|link|file):/.test(text)) throw new Error(`a range that only the workspace knows: ${text}`)
  const installed = Object.keys(dependenciesOf(manifest)).filter((name) => !isOptional(manifest, name))
  const foreign = installed.filter((name) => !name.startsWith('@org/'))
  if (foreign.length > 0) throw new Error(`third-party dependencies: ${foreign.join(', ')}`)
  return installed.join(', ') || 'no dependencies'
}

/** What the built files import: their own files, Node's modules and declared dependencies; in types, packages of ours only. */
export async function checkImports({ folder, files, manifest }) {
  const declared = [manifest.name, ...Object.keys(dependenciesOf(manifest))]
  const foreign = []
  for (const file of files.filter((each) => /^dist\/.*\.(?:js|d\.ts)$/.test(each))) {
    const allowed = (specifier) => isLocal(specifier) || declared.some((name) => belongsTo(specifier, name))
    const imported = specifiersOf(await read(folder, file))
    foreign.push(...imported.filter((each) => !allowed(each)).map((each) => `${file} imports ${each}`))
  }
  if (foreign.length > 0) throw new Error(foreign.join('\n'))
}

function specifiersOf(text) {
  const code = text.replaceAll(/\/\*(?!\*?\s*<reference)[\s\S]*?\*\//g, '')
  return [...code.matchAll(SPECIFIER)].map(([, specifier, types]) => specifier ?? types)
}

function isLocal(specifier) {
  return specifier.startsWith('.') || specifier.startsWith('node:') || builtinModules.includes(specifier)
}

function belongsTo(specifier, name) {
  return specifier === name || specifier.startsWith(`${name}/`)
}

function isOptional({ peerDependenciesMeta }, name) {
  return peerDependenciesMeta?.[name]?.optional === true
}

function dependenciesOf({ dependencies, peerDependencies, optionalDependencies }) {
  return { ...dependencies, ...peerDependencies, ...optionalDependencies }
}

function read(folder, file) {
  return readFile(join(folder, file), 'utf8')
}
