import { z } from 'zod'
import { GIGACHAT_URL } from './feedback/gigachat-client.ts'
import { MODEL_URL, REDIS_URL } from './urls.ts'
import { flag, secret, sizeBytes, TEXT, ttlMs, variable, whole } from './variables.ts'

/** How this service runs: durations in milliseconds, sizes in bytes. */
export interface Config {
  readonly port: number
  readonly host: string
  /** Without it there is no tier in Redis. */
  readonly redisUrl: string | undefined
  readonly cacheTtlMs: number
  readonly cacheDir: string
  readonly memoryEntries: number
  readonly logLevel: LogLevel
  readonly logFile: string
  /** `undefined` without a key: then the stand-in answers. */
  readonly gigaChat: GigaChatAccess | undefined
  readonly maxParallel: number
  readonly maxQueue: number
  readonly maxUploadBytes: number
  /** Who sends it is an operator: reads the statistics, has analyses done again; without it, whoever is on this machine. */
  readonly statsToken: string | undefined
  /** Whether every request comes through a proxy of ours, whose request ids are taken over. */
  readonly trustProxy: boolean
}

/** Where the model is asked, and with what. */
export interface GigaChatAccess {
  /** Whose feedback it is, where it is not GigaChat's own. */
  readonly name?: string | undefined
  readonly url: string
  readonly authUrl?: string | undefined
  readonly key: string
  readonly caFile?: string | undefined
}

type LogLevel = (typeof LEVELS)[number]

/** Variables that are wrong, all of them in one message. It names them and never repeats a value: that may be a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'ERR_CONFIG'
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
const LEAST_TOKEN = 16

const ENVIRONMENT = z.object({
  PORT: whole(0, 65_535).default(3000),
  HOST: TEXT.default('127.0.0.1'),
  REDIS_URL: REDIS_URL.optional(),
  CACHE_TTL: variable("seconds or a duration such as '30m' or '1h', at most a year", ttlMs).default(3_600_000),
  CACHE_DIR: TEXT.default('cache/analysis'),
  MEMORY_ENTRIES: whole(1, 1_000_000).default(100),
  LOG_LEVEL: variable(`one of ${LEVELS.join(', ')}`, logLevel).default('info'),
  LOG_FILE: TEXT.default('logs/analysis-service.log'),
  GIGACHAT_URL: MODEL_URL.optional(),
  GIGACHAT_AUTH_URL: MODEL_URL.optional(),
  GIGACHAT_KEY: secret(1).optional(),
  GIGACHAT_CA_FILE: TEXT.optional(),
  MAX_PARALLEL: whole(1, 1_000).default(3),
  MAX_QUEUE: whole(0, 100_000).default(10),
  MAX_UPLOAD: variable("bytes or a size such as '50mb', of 1kb to 1gb", sizeBytes).default(50 * 1024 ** 2),
  STATS_TOKEN: secret(LEAST_TOKEN).optional(),
  TRUST_PROXY: variable('true or false', flag).default(false),
})

/** The variables that the service reads. */
export const VARIABLES: readonly string[] = Object.keys(ENVIRONMENT.shape)

/** The configuration that the environment gives; an empty variable counts as none. @throws ConfigError */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const texts = Object.entries(environment).filter(([, text]) => text !== undefined && text.trim() !== '')
  const given = Object.fromEntries(texts)
  const result = ENVIRONMENT.safeParse(given)
  const wrong = (result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`)
  const faults = [...wrong, ...faultsWithoutKey(given)]
  if (!result.success || faults.length > 0) throw new ConfigError(faults.join('; '))
  const values = result.data
  return {
    port: values.PORT,
    host: values.HOST,
    redisUrl: values.REDIS_URL,
    cacheTtlMs: values.CACHE_TTL,
    cacheDir: values.CACHE_DIR,
    memoryEntries: values.MEMORY_ENTRIES,
    logLevel: values.LOG_LEVEL,
    logFile: values.LOG_FILE,
    gigaChat: gigaChatOf(values),
    maxParallel: values.MAX_PARALLEL,
    maxQueue: values.MAX_QUEUE,
    maxUploadBytes: values.MAX_UPLOAD,
    statsToken: values.STATS_TOKEN,
    trustProxy: values.TRUST_PROXY,
  }
}

function gigaChatOf(values: z.infer<typeof ENVIRONMENT>): GigaChatAccess | undefined {
  const { GIGACHAT_KEY: key, GIGACHAT_URL: url, GIGACHAT_AUTH_URL: authUrl, GIGACHAT_CA_FILE: caFile } = values
  return key === undefined ? undefined : { url: url ?? GIGACHAT_URL, authUrl, key, caFile }
}

/** Whoever says how to reach a server does not mean the stand-in. */
function faultsWithoutKey(given: Readonly<Record<string, unknown>>): string[] {
  if (given['GIGACHAT_KEY'] !== undefined) return []
  const without = ['GIGACHAT_URL', 'GIGACHAT_AUTH_URL', 'GIGACHAT_CA_FILE'].filter((name) => given[name] !== undefined)
  return without.map((name) => `GIGACHAT_KEY must be set where ${name} is`)
}

function logLevel(text: string): LogLevel | undefined {
  return LEVELS.find((level) => level === text.toLowerCase())
}
