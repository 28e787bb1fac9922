import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig, VARIABLES } from './config.ts'

describe('readConfig', () => {
  it('has a default for everything, also where a variable is empty', () => {
    const defaults = {
      port: 3000,
      host: '127.0.0.1',
      redisUrl: undefined,
      cacheTtlMs: 3_600_000,
      cacheDir: 'cache/analysis',
      memoryEntries: 100,
      logLevel: 'info',
      logFile: 'logs/analysis-service.log',
      gigaChat: undefined,
      maxParallel: 3,
      maxQueue: 10,
      maxUploadBytes: 52_428_800,
      statsToken: undefined,
      trustProxy: false,
    }
    expect(readConfig({})).toEqual(defaults)
    expect(readConfig(Object.fromEntries(VARIABLES.map((name) => [name, ' '])))).toEqual(defaults)
  })

  it.each([
    ['3600', 3_600_000],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['1h', 3_600_000],
    ['7D', 604_800_000],
    ['250ms', 250],
  ])('takes CACHE_TTL=%s for %i ms', (text, ms) => {
    expect(readConfig({ CACHE_TTL: text }).cacheTtlMs).toBe(ms)
  })

  it.each([
    ['1024', 1024],
    ['64kb', 65_536],
    ['50mb', 52_428_800],
  ])('takes MAX_UPLOAD=%s for %i bytes', (text, bytes) => {
    expect(readConfig({ MAX_UPLOAD: text }).maxUploadBytes).toBe(bytes)
  })

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['CACHE_TTL', '0'],
    ['CACHE_TTL', '1 fortnight'],
    ['CACHE_TTL', '1constructor'],
    ['CACHE_TTL', '999999999999d'],
    ['MAX_UPLOAD', '1'],
    ['MAX_PARALLEL', '0'],
    ['MAX_PARALLEL', '2.5'],
    ['MEMORY_ENTRIES', 'many'],
    ['LOG_LEVEL', 'loud'],
    ['REDIS_URL', 'http://user:verysecret@redis'],
    ['REDIS_URL', 'localhost:6379'],
    ['GIGACHAT_URL', 'ftp://verysecret'],
    ['STATS_TOKEN', 'verysecret'],
    ['TRUST_PROXY', 'perhaps'],
  ])('refuses %s=%s by its name and without its value', (name, text) => {
    const read = (): unknown => readConfig({ [name]: text })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(new RegExp(`^${name} must be `))
    expect(read).not.toThrow(/verysecret/)
  })

  it('tells of all that is wrong at once', () => {
    expect(() => readConfig({ PORT: 'x', MAX_QUEUE: 'x' })).toThrow(
      'PORT must be a whole number of 0 to 65535; MAX_QUEUE must be a whole number of 0 to 100000',
    )
  })

  it('knows where GigaChat is, and wants a key for any other', () => {
    expect(readConfig({ GIGACHAT_KEY: 'key' }).gigaChat).toMatchObject({
      key: 'key',
      url: 'https://gigachat.devices.sberbank.ru',
    })
    expect(() => readConfig({ GIGACHAT_URL: 'https://llm.example' })).toThrow('GIGACHAT_KEY must be set')
  })

  it('reads what .env.example names, and takes it as it stands there', () => {
    const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
    const pairs = text
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => line.split('=') as [string, string])
    expect(pairs.map(([name]) => name).toSorted()).toEqual(VARIABLES.toSorted())
    expect(readConfig(Object.fromEntries(pairs))).toEqual(readConfig({ REDIS_URL: 'redis://localhost:6379/0' }))
  })
})
