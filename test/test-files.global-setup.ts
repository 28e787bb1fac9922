import { relative, sep } from 'node:path'
import { parseCLI, type TestProject } from 'vitest/node'
import { differences, ROOT, testFilesOnDisk } from './test-files.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The test files that the include patterns of the configuration match, as paths from the root. */
    includedTestFiles: readonly string[]
  }
}

// What a developer narrows a run with: then not all files are meant to run.
const NARROWING = ['project', 'shard', 'changed', 'related', 'dir', 'exclude', 'testNamePattern', 'bail', 'tagsFilter']

/**
 * Compares, when all is over, the test files on disk with those that ran, and fails the run where they differ. A run
 * that was narrowed on the command line, or in watch mode, is let be.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const { testFiles } = await project.globTestFiles()
  project.provide('includedTestFiles', testFiles.map(fromRoot).toSorted())
  return () => {
    if (isNarrowed() || project.config.watch) return
    const onDisk = testFilesOnDisk()
    const modules = project.vitest.state.getTestModules()
    const ran = modules.filter((each) => ['passed', 'failed'].includes(each.state())).map((each) => each.moduleId)
    report(onDisk.length, ran.length, differences(onDisk, ran.map(fromRoot)))
  }
}

function isNarrowed(): boolean {
  const { filter, options } = parseCLI(['vitest', ...process.argv.slice(2)])
  return filter.length > 0 || NARROWING.some((name) => (options as Record<string, unknown>)[name] !== undefined)
}

/** On stderr: stdout may be a reporter's JSON. */
function report(onDisk: number, ran: number, wrong: readonly string[]): void {
  if (wrong.length > 0) process.exitCode = 1
  process.stderr.write(`${[`Test files: ${onDisk} on disk, ${ran} ran`, ...wrong].join('\n  ')}\n`)
}

function fromRoot(file: string): string {
  return relative(ROOT, file).split(sep).join('/')
}
