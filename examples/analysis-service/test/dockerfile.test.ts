import { existsSync, globSync } from 'node:fs'
import { dirname, join, matchesGlob, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readConfig, VARIABLES } from '../src/config.ts'
import { all, dockerfile, imageEnv, last, ROOT, text } from './deployment.fixture.ts'

// The image cannot be built everywhere: what its files name is checked here.

const json = (path: string) => JSON.parse(text(path))

describe('Dockerfile', () => {
  it('is built on the Node that the repository runs', () => {
    const { nodeVersion } = parse(text('pnpm-workspace.yaml'))
    for (const from of dockerfile.getFROMs()) expect(from.getImage()).toBe(`node:${parseInt(nodeVersion, 10)}-slim`)
  })

  it('copies only what is in the repository and is not ignored', () => {
    const copies = copiesFromContext()
    expect(copies.length).toBeGreaterThan(0)
    for (const source of copies.flatMap((paths) => paths.slice(0, -1))) {
      expect(copied(source), source).not.toEqual([])
    }
  })

  it('copies every file of the packages and the service that runs, and no test', () => {
    const files = copiesFromContext().flatMap((paths) => paths.slice(0, -1).flatMap(copied))
    const needed = globSync(
      ['packages/{breaker,json-logger,tiered-cache}/src/**/*.*', 'examples/analysis-service/src/**/*.*'],
      {
        cwd: ROOT,
      },
    )
    expect(files).toEqual(expect.arrayContaining(needed.filter((path) => !/\.(test|fixture)\.ts$/.test(path))))
    expect(files.filter((file) => /\.(test|fixture)\.ts$|node_modules|dist\/|testkit/.test(file))).toEqual([])
    expect(files.filter((file) => /(^|\/)\.env/.test(file))).toEqual([])
  })

  it('ignores by patterns that match something', () => {
    const patterns = text('examples/analysis-service/Dockerfile.dockerignore').matchAll(/^!(.+)$/gm)
    for (const [, path = ''] of patterns) expect(existsSync(join(ROOT, path)), path).toBe(true)
  })

  it('copies between stages that exist', () => {
    const stages = dockerfile.getFROMs().map((from) => from.getBuildStage())
    for (const copy of dockerfile.getCOPYs()) {
      const stage = copy.getFromFlag()?.getValue()
      if (stage !== undefined) expect(stages).toContain(stage)
    }
    expect(new Set(all('WORKDIR').map((each) => each.getArgumentsContent()))).toEqual(new Set(['/app']))
  })

  it('installs with the pnpm of the repository, for a package that it copies, with every package that this one needs', () => {
    const [, major, filter] =
      /npx -y pnpm@(\d+) install --frozen-lockfile .*--filter "(.+)\.\.\."/.exec(first('RUN')) ?? []
    const { name, dependencies } = json('examples/analysis-service/package.json')
    expect(json('package.json').packageManager).toMatch(new RegExp(`^pnpm@${major}\\.`))
    expect(filter).toBe(name)
    const own = Object.keys(dependencies).filter((each) => dependencies[each].startsWith('workspace:'))
    for (const each of own)
      expect(isIgnored(each.replace('@org/', 'packages/').concat('/package.json')), each).toBe(false)
  })

  it('starts the service as the start command of the repository does', () => {
    const [node, ...words] = command('CMD')
    const start = json('package.json').scripts.example.split(' ')
    expect(node).toBe('node')
    expect(start).toEqual(expect.arrayContaining(words))
    expect(existsSync(join(ROOT, words.at(-1) ?? ''))).toBe(true)
  })

  it('runs as another user than root, who owns what the service writes to', () => {
    expect(last('USER')).toBe('node')
    const prepared = all('RUN').at(-1)?.getArgumentsContent() ?? ''
    expect(prepared).toContain(`mkdir -p ${imageEnv['CACHE_DIR']} ${dirname(imageEnv['LOG_FILE'] ?? '')}`)
    expect(prepared).toContain('chown -R node:node /data')
    expect(JSON.parse(last('VOLUME'))).toEqual([imageEnv['CACHE_DIR'], dirname(imageEnv['LOG_FILE'] ?? '')])
  })

  it('sets only variables that the service reads, to values that it takes', () => {
    expect(VARIABLES).toEqual(expect.arrayContaining(Object.keys(imageEnv)))
    expect(readConfig(imageEnv)).toMatchObject({ host: '0.0.0.0', port: Number(last('EXPOSE')) })
    expect(readConfig(imageEnv).port).toBe(readConfig({}).port)
  })
})

/** What stands behind the first instruction of a keyword. */
function first(keyword: string): string {
  return all(keyword)[0]?.getArgumentsContent() ?? ''
}

function command(keyword: string): string[] {
  return JSON.parse(last(keyword).replace(/^[^[]*/, ''))
}

/** The last pattern that matches a path or one of its parents decides, as it does for Docker. */
function isIgnored(path: string): boolean {
  const patterns = text('examples/analysis-service/Dockerfile.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const parts = path.split('/')
  const withParents = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
  const matching = patterns.filter((pattern) =>
    withParents.some((each) => matchesGlob(each, pattern.replace(/^!/, ''))),
  )
  return matching.at(-1)?.startsWith('!') === false
}

/** The files of the repository that `COPY path` brings into the image. */
function copied(path: string): string[] {
  const files = globSync(`${path}{,/**/*}`, {
    cwd: ROOT,
    withFileTypes: true,
    exclude: (each) => each.name === 'node_modules',
  })
  return files
    .filter((file) => file.isFile())
    .map((file) => posix.relative(ROOT, posix.join(file.parentPath, file.name)))
    .filter((file) => !isIgnored(file))
}

function copiesFromContext(): string[][] {
  const copies = dockerfile.getCOPYs().filter((copy) => copy.getFromFlag() === null)
  return copies.map((copy) => copy.getArguments().map((argument) => argument.getValue()))
}
