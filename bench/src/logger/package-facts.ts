import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import type { PackageFacts } from './cell.ts'

const PACKAGE = fileURLToPath(new URL('../../../packages/json-logger/', import.meta.url))

/** The package as users get it: its index in one file. */
export interface BuiltPackage extends PackageFacts {
  /** URL of the file to import. */
  readonly url: string
}

/**
 * Bundles the index of @org/json-logger into a folder, plain for importing it and minified for weighing it: a clean clone
 * has no `dist`, and importing the sources would measure the stripping of their types.
 */
export async function buildPackage(folder: string): Promise<BuiltPackage> {
  const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { dependencies?: object }
  const plain = await bundle(folder, false)
  const minified = await bundle(folder, true)
  return {
    url: pathToFileURL(plain).href,
    bundleBytes: gzipSync(readFileSync(minified), { level: 9 }).length,
    dependencies: Object.keys(manifest.dependencies ?? {}).length,
  }
}

async function bundle(folder: string, minify: boolean): Promise<string> {
  const name = minify ? 'index.min.mjs' : 'index.mjs'
  await build({
    configFile: false,
    logLevel: 'silent',
    root: PACKAGE,
    build: {
      ssr: join(PACKAGE, 'src/index.ts'),
      target: 'node22',
      outDir: folder,
      emptyOutDir: false,
      minify,
      rolldownOptions: { output: { entryFileNames: name, codeSplitting: false } },
    },
  })
  return join(folder, name)
}
