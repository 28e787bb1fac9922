import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join, matchesGlob, posix } from 'node:path'
import { promisify } from 'node:util'
import { type Dockerfile, DockerfileParser, type Instruction } from 'dockerfile-ast'
import { fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readConfig, VARIABLES } from '../src/config.ts'
import { healthRoutes } from '../src/http/health-routes.ts'

// The image and the composition cannot be built everywhere: what they name is checked here, and what they run in themselves.

const EXAMPLE = join(import.meta.dirname, '..')
const ROOT = join(EXAMPLE, '..', '..')

const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const json = (path: string) => JSON.parse(text(path))

const dockerfile: Dockerfile = DockerfileParser.parse(text('examples/analysis-service/Dockerfile'))
const compose = parse(text('examples/analysis-service/compose.yaml'))
const { service, redis } = compose.services

/** Instructions of one keyword, in order. */
function all(keyword: string): Instruction[] {
  return dockerfile.getInstructions().filter((instruction) => instruction.getKeyword() === keyword)
}

/** What stands behind the first instruction of a keyword. */
function first(keyword: string): string {
  return all(keyword)[0]?.getArgumentsContent() ?? ''
}

/** What stands behind the last instruction of a keyword. */
function last(keyword: string): string {
  return all(keyword).at(-1)?.getArgumentsContent() ?? ''
}

function command(keyword: string): string[] {
  return JSON.parse(last(keyword).replace(/^[^[]*/, ''))
}

const imageEnv: Readonly<Record<string, string>> = Object.fromEntries(
  dockerfile.getENVs().flatMap((env) => env.getProperties().map((each) => [each.getName(), each.getValue() ?? ''])),
)
const composeEnv: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(service.environment).map(([name, value]) => [name, String(value)]),
)
const example = environmentFile(text('examples/analysis-service/.env.example'))

function environmentFile(content: string): Record<string, string> {
  const lines = content.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
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
    const { NODE_ENV: _, ...own } = imageEnv
    expect(VARIABLES).toEqual(expect.arrayContaining(Object.keys(own)))
    expect(readConfig(own)).toMatchObject({ host: '0.0.0.0', port: Number(last('EXPOSE')) })
    expect(readConfig(own).port).toBe(readConfig({}).port)
  })
})

describe('the health check of the image', () => {
  const [, , script = ''] = command('HEALTHCHECK')

  it('asks for an address that the service has', async () => {
    const path = /\}(\/[\w/]+)`/.exec(script)?.[1] ?? ''
    const server = fastify()
    await server.register(healthRoutes, { isReady: () => true })
    expect((await server.inject(path)).statusCode).toBe(200)
    await server.close()
  })

  it('says well where the service is ready, and ill where it is not, or away', async () => {
    let status = 200
    const server = createServer((_request, response) => response.writeHead(status).end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const port = portOf(server)
    expect(await exitOf(script, port)).toBe(0)
    status = 503
    expect(await exitOf(script, port)).toBe(1)
    server.close()
    await once(server, 'close')
    expect(await exitOf(script, port)).toBe(1)
  })
})

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

async function exitOf(script: string, port: number): Promise<unknown> {
  try {
    await promisify(execFile)(process.execPath, ['-e', script], { env: { ...process.env, PORT: String(port) } })
    return 0
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

describe('compose.yaml', () => {
  it('builds the image from the root of the repository', () => {
    expect(join(EXAMPLE, service.build.context)).toBe(ROOT)
    expect(existsSync(join(EXAMPLE, service.build.context, service.build.dockerfile))).toBe(true)
  })

  it('sets only variables that the service reads, to values that it takes, and as the image does', () => {
    expect(VARIABLES).toEqual(expect.arrayContaining(Object.keys(composeEnv)))
    const { NODE_ENV: _, ...own } = imageEnv
    expect(composeEnv).toMatchObject(own)
    expect(() => readConfig({ ...example, ...composeEnv })).not.toThrow()
  })

  it('publishes the port of the service to this machine alone', () => {
    expect(service.ports).toEqual([`127.0.0.1:${composeEnv['PORT']}:${last('EXPOSE')}`])
  })

  it('lets the service write to volumes that are declared, and nowhere else', () => {
    const mounted = service.volumes.map((volume: string) => volume.split(':'))
    expect(mounted.map(([name]: string[]) => name)).toEqual(Object.keys(compose.volumes))
    expect(mounted.map(([, path]: string[]) => path)).toEqual([...JSON.parse(last('VOLUME')), '/tmp'])
    expect(service.read_only).toBe(true)
  })

  it('waits for a Redis whose health is checked, under the name and port of the URL', () => {
    const { hostname, port } = new URL(composeEnv['REDIS_URL'] ?? '')
    expect(Object.keys(compose.services)).toContain(hostname)
    expect(port).toBe('6379')
    expect(service.depends_on[hostname]).toEqual({ condition: 'service_healthy' })
    expect(redis.healthcheck.test).toEqual(['CMD', 'redis-cli', 'ping'])
  })

  it('bounds the memory of Redis, with room above what it may keep', () => {
    const kept = redis.command[redis.command.indexOf('--maxmemory') + 1]
    expect(megabytes(redis.mem_limit)).toBeGreaterThan(megabytes(kept))
    expect(redis.command).toContain('allkeys-lru')
  })

  it('leaves the service more time to stop than it takes', () => {
    const drainMs = Number(
      /DRAIN_MS = ([\d_]+)/.exec(text('examples/analysis-service/src/shutdown.ts'))?.[1]?.replace('_', ''),
    )
    expect(parseInt(service.stop_grace_period, 10) * 1_000).toBeGreaterThan(drainMs)
  })

  it('reads the file of settings that the documents name, and does without it', () => {
    expect(service.env_file).toEqual([{ path: '.env', required: false }])
  })
})

function megabytes(size: string): number {
  const [, amount, unit] = /^(\d+)(mb?|gb?)$/.exec(size) ?? []
  return Number(amount) * (unit?.startsWith('g') ? 1024 : 1)
}

describe('.env.example', () => {
  it('names every variable that the service reads, and no other', () => {
    expect(Object.keys(example).toSorted()).toEqual(VARIABLES.toSorted())
  })

  it('shows the value that each has when it is left out, but for the Redis that there may be', () => {
    expect(readConfig(example)).toEqual({ ...readConfig({}), redisUrl: 'redis://localhost:6379/0' })
  })
})
