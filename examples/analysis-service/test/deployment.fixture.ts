import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Dockerfile, DockerfileParser, type Instruction } from 'dockerfile-ast'

// What the tests of the deployment read: nothing here is built or run.

export const EXAMPLE: string = join(import.meta.dirname, '..')
export const ROOT: string = join(EXAMPLE, '..', '..')

/** A file of the repository. */
export function text(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

export const dockerfile: Dockerfile = DockerfileParser.parse(text('examples/analysis-service/Dockerfile'))

/** Instructions of one keyword, in order. */
export function all(keyword: string): Instruction[] {
  return dockerfile.getInstructions().filter((instruction) => instruction.getKeyword() === keyword)
}

/** What stands behind the last instruction of a keyword. */
export function last(keyword: string): string {
  return all(keyword).at(-1)?.getArgumentsContent() ?? ''
}

/** The variables that the image sets for the service. */
export const imageEnv: Readonly<Record<string, string>> = Object.fromEntries(
  dockerfile
    .getENVs()
    .flatMap((env) => env.getProperties().map((each) => [each.getName(), each.getValue() ?? ''] as const))
    .filter(([name]) => name !== 'NODE_ENV'),
)
