import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './test-files.ts'

const PACKAGES = ['breaker', 'tiered-cache', 'json-logger']

/** The packages that have a copy of a leaf file, each with the path of its copy: packages stay independent on purpose. */
export function copiesOf(file: string): (readonly [name: string, path: string])[] {
  const paths = PACKAGES.map((name) => [name, join(ROOT, 'packages', name, 'src', file)] as const)
  return paths.filter(([, path]) => existsSync(path))
}

/** The function `name` of a copy. */
export async function loadCopy<F>(file: string, name: string): Promise<F> {
  const module = (await import(file)) as Record<string, F>
  return module[name] as F
}

/** What a call throws, or that it does not. */
export function errorOf(call: () => unknown): string {
  try {
    return `no error, but ${String(call())}`
  } catch (error) {
    return String(error)
  }
}
