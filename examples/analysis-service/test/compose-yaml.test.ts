import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { MOST_FRAMES } from '../src/analysis/wav-header.ts'
import { readConfig, VARIABLES } from '../src/config.ts'
import { EXAMPLE, imageEnv, last, ROOT, text } from './deployment.fixture.ts'

// The composition cannot be run everywhere: what it names is checked here.

const compose = parse(text('examples/analysis-service/compose.yaml'))
const { service, redis } = compose.services
const composeEnv: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(service.environment).map(([name, value]) => [name, String(value)]),
)

/** The service at rest, with a full memory tier: 200 MB were measured. */
const BASE_BYTES = 256 * 1024 ** 2
/** The samples, and half as many that the pitch is looked for in: at 16 to 24 kHz every two become one. */
const SAMPLES_BYTES = 1.5 * MOST_FRAMES * Float32Array.BYTES_PER_ELEMENT
/** What a thread takes beside that, and has not given back of its last recording: 80 MB were measured. */
const THREAD_BYTES = 96 * 1024 ** 2

describe('compose.yaml', () => {
  it('builds the image from the root of the repository', () => {
    expect(join(EXAMPLE, service.build.context)).toBe(ROOT)
    expect(existsSync(join(EXAMPLE, service.build.context, service.build.dockerfile))).toBe(true)
  })

  it('sets only variables that the service reads, to values that it takes, and as the image does', () => {
    expect(VARIABLES).toEqual(expect.arrayContaining(Object.keys(composeEnv)))
    expect(composeEnv).toMatchObject(imageEnv)
    expect(() => readConfig(composeEnv)).not.toThrow()
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
  })

  it('lets Redis drop what has an end, and never the bus, which has none', () => {
    expect(redis.command.slice(redis.command.indexOf('--maxmemory-policy'))[1]).toMatch(/^volatile-l[rf]u$/)
  })

  it('gives the service memory for as many of the largest recordings at once as it analyses', () => {
    // They win over .env.
    expect(Object.keys(composeEnv)).toEqual(expect.arrayContaining(['MAX_PARALLEL', 'MAX_UPLOAD']))
    const { maxParallel, maxUploadBytes } = readConfig(composeEnv)
    const needed = BASE_BYTES + maxParallel * (maxUploadBytes + SAMPLES_BYTES + THREAD_BYTES)
    expect(megabytes(service.mem_limit) * 1024 ** 2).toBeGreaterThanOrEqual(needed)
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
