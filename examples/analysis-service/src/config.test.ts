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
    ['1gb', 1_073_741_824],
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
    ['MAX_UPLOAD', '1025mb'],
    ['MAX_UPLOAD', '9999gb'],
    ['MAX_PARALLEL', '0'],
    ['MAX_PARALLEL', '2.5'],
    ['MEMORY_ENTRIES', 'many'],
    ['LOG_LEVEL', 'loud'],
    ['REDIS_URL', 'http://user:verysecret@redis'],
    ['REDIS_URL', 'localhost:6379'],
    ['REDIS_URL', 'redis://redis/verysecret'],
    ['REDIS_URL', 'redis://redis/0/1'],
    ['REDIS_URL', 'redis://user:verysecret%zz@redis'],
    ['STATS_TOKEN', 'verysecret'],
    ['STATS_TOKEN', 'verysecret, but of words'],
    ['STATS_TOKEN', 'verysecret-\u0442\u043e\u043a\u0435\u043d-000'],
    ['GIGACHAT_KEY', 'verysecret\r\nx-other: 1'],
    ['GIGACHAT_KEY', 'verysecret key'],
    ['TRUST_PROXY', 'perhaps'],
  ])('refuses %s=%s by its name and without its value', (name, text) => {
    const read = (): unknown => readConfig({ [name]: text })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(new RegExp(`^${name} must be `))
    expect(read).not.toThrow(/verysecret/)
  })

  it.each([
    'ftp://verysecret',
    'http://llm.example/verysecret',
    'http://127.0.0.1.verysecret.example',
    'http://[::2]/verysecret',
    'https://user:verysecret@llm.example',
    'https://verysecret@llm.example',
    'https://llm.example/?key=verysecret',
    'https://llm.example/verysecret?',
    'https://llm.example/#verysecret',
    'verysecret',
  ])('refuses the model at %s by the variable and without its value', (url) => {
    for (const name of ['GIGACHAT_URL', 'GIGACHAT_AUTH_URL']) {
      const read = (): unknown => readConfig({ GIGACHAT_KEY: 'key', [name]: url })
      expect(read).toThrow(new RegExp(`^${name} must be a URL that begins with https://`))
      expect(read).not.toThrow(/verysecret/)
    }
  })

  it.each([
    ['https://llm.example', 'https://llm.example'],
    [' HTTPS://LLM.example/base/ ', 'https://llm.example/base'],
    ['http://127.0.0.1:8090/', 'http://127.0.0.1:8090'],
    ['http://localhost:8090', 'http://localhost:8090'],
    ['http://[::1]:8090', 'http://[::1]:8090'],
  ])('takes the model at %s', (url, taken) => {
    const { gigaChat } = readConfig({ GIGACHAT_KEY: 'key', GIGACHAT_URL: url, GIGACHAT_AUTH_URL: url })
    expect(gigaChat).toMatchObject({ url: taken, authUrl: taken })
  })

  it.each(['redis://redis', 'rediss://user:pass%20word@redis:6380/', 'redis://redis:6379/15'])('takes %s', (url) => {
    expect(readConfig({ REDIS_URL: url }).redisUrl).toBe(url)
  })

  it('leaves out the blanks around a text', () => {
    const given = { HOST: ' ::1 ', CACHE_DIR: ' a b ', LOG_FILE: ' c', STATS_TOKEN: ' 0123456789abcdef\n' }
    expect(readConfig(given)).toMatchObject({
      host: '::1',
      cacheDir: 'a b',
      logFile: 'c',
      statsToken: '0123456789abcdef',
    })
    const gigaChat = readConfig({ GIGACHAT_KEY: ' key ', GIGACHAT_CA_FILE: ' ca.pem ' }).gigaChat
    expect(gigaChat).toMatchObject({ key: 'key', caFile: 'ca.pem' })
  })

  it('tells of all that is wrong at once', () => {
    expect(() => readConfig({ PORT: 'x', MAX_QUEUE: 'x', GIGACHAT_URL: 'https://llm.example' })).toThrow(
      'PORT must be a whole number of 0 to 65535; MAX_QUEUE must be a whole number of 0 to 100000; ' +
        'GIGACHAT_KEY must be set where GIGACHAT_URL is',
    )
  })

  it('knows where GigaChat is, and wants a key for any other', () => {
    expect(readConfig({ GIGACHAT_KEY: 'key' }).gigaChat).toMatchObject({
      key: 'key',
      url: 'https://gigachat.devices.sberbank.ru',
    })
    for (const [name, text] of [
      ['GIGACHAT_URL', 'https://llm.example'],
      ['GIGACHAT_AUTH_URL', 'https://llm.example'],
      ['GIGACHAT_CA_FILE', 'ca.pem'],
    ] as const) {
      expect(() => readConfig({ [name]: text })).toThrow(`GIGACHAT_KEY must be set where ${name} is`)
    }
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
