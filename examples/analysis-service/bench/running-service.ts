import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServiceReport } from './service-report.ts'
import type { Variant } from './variant.ts'

/** Where the services of a run keep what they share. */
export interface Place {
  readonly folder: string
  /** `undefined` where no Redis could be had. */
  readonly redisUrl: string | undefined
  readonly gigaChat: { readonly url: string; readonly key: string }
  /** As many as there are recordings: all fit. */
  readonly memoryEntries: number
}

/** A service in a process of its own. */
export interface RunningService extends AsyncDisposable {
  readonly url: string
  report(): Promise<ServiceReport>
}

const ENTRY = fileURLToPath(new URL('service-process.ts', import.meta.url))
/** Until a process has begun, or given a report: many times what it takes. */
const LIMIT_MS = 20_000

/** Starts `variant`; what it writes to its console goes nowhere. Rejects where it does not come up. */
export async function startService(variant: Variant, place: Place): Promise<RunningService> {
  const temporary = join(place.folder, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const child = fork(ENTRY, [variant], {
    execArgv: [...process.execArgv, '--conditions=@org/source'],
    env: { ...process.env, ...environmentFor(place), TMPDIR: temporary },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const gone = once(child, 'exit')
  const heard = async <T>(): Promise<T> => {
    const answer = once(child, 'message', { signal: AbortSignal.timeout(LIMIT_MS) })
    const [message] = (await Promise.race([answer, gone.then(ended)])) as [T]
    return message
  }
  const { address } = await heard<{ readonly address: string }>()
  return {
    url: address,
    async report() {
      child.send('report')
      return heard<ServiceReport>()
    },
    async [Symbol.asyncDispose]() {
      // Waited for: the next one must not run beside the end of this one.
      child.kill('SIGKILL')
      await gone
    },
  }
}

function ended(): never {
  throw new Error('a service ended before it was asked to')
}

function environmentFor({ folder, redisUrl, gigaChat, memoryEntries }: Place): NodeJS.ProcessEnv {
  return {
    PORT: '0',
    HOST: '127.0.0.1',
    REDIS_URL: redisUrl ?? '',
    CACHE_DIR: join(folder, 'cache'),
    CACHE_TTL: '1h',
    MEMORY_ENTRIES: String(memoryEntries),
    LOG_FILE: join(folder, 'log', 'service.log'),
    LOG_LEVEL: 'info',
    GIGACHAT_URL: gigaChat.url,
    GIGACHAT_KEY: gigaChat.key,
    GIGACHAT_AUTH_URL: '',
    MAX_PARALLEL: '2',
    MAX_QUEUE: '100',
    MAX_UPLOAD: '',
  }
}
