import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { parseSync } from 'vite'

/** One mention of another module: by `import`, `export ... from`, `import()` or a type's `import('...')`. */
export interface Mention {
  readonly specifier: string
  /** `dynamic`: loaded only when the call runs. */
  readonly kind: 'static' | 'dynamic'
}

/** Source files by their path from the root of the repository, each with what it mentions. */
export type ImportGraph = ReadonlyMap<string, readonly Mention[]>

const IGNORED = new Set(['node_modules', 'dist', 'coverage', '.git'])

/** Files below `folder` whose name matches, as paths from `root` with `/`. */
export function filesBelow(root: string, folder: string, name: RegExp): readonly string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : filesBelow(root, path, name)
    return name.test(entry.name) ? [relative('.', path).split(sep).join('/')] : []
  })
}

/** The {@link ImportGraph} of the files given. */
export function readImportGraph(root: string, files: readonly string[]): ImportGraph {
  return new Map(files.map((file) => [file, mentionsIn(file, readFileSync(join(root, file), 'utf8'))]))
}

/** Every mention in one source text. A parser and no pattern: text in comments and strings is no import. */
export function mentionsIn(file: string, source: string): readonly Mention[] {
  const { program, errors } = parseSync(file, source)
  const [error] = errors
  if (error !== undefined) throw new SyntaxError(`${file}: ${error.message}`)
  const found: Mention[] = []
  collect(program, found)
  return found
}

const STATIC = new Set(['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'TSImportType'])

function collect(node: unknown, found: Mention[]): void {
  if (Array.isArray(node)) {
    for (const each of node) collect(each, found)
    return
  }
  if (typeof node !== 'object' || node === null) return
  const { type, source, expression } = node as { type?: string; source?: unknown; expression?: unknown }
  if (STATIC.has(type ?? '')) add(found, source, 'static')
  if (type === 'TSExternalModuleReference') add(found, expression, 'static')
  if (type === 'ImportExpression') add(found, source, 'dynamic')
  for (const child of Object.values(node)) collect(child, found)
}

function add(found: Mention[], literal: unknown, kind: Mention['kind']): void {
  if (literal === null || literal === undefined) return
  const { value } = literal as { value?: unknown }
  // A computed specifier cannot be checked: it is named, so that a rule refuses it.
  found.push({ specifier: typeof value === 'string' ? value : '<computed>', kind })
}
