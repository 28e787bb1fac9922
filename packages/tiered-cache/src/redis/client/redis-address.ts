import { shown } from '../../option-object.ts'

/** An address of Redis, taken apart. */
export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly username: string | undefined
  readonly password: string | undefined
  readonly database: number
}

const RULE = 'redis://user:password@host:port/database, or rediss: for TLS'

/**
 * Takes an address apart.
 * @throws TypeError that names `option` and shows nothing of the address: it may hold a password.
 */
export function redisAddress(option: string, url: unknown): RedisAddress {
  if (typeof url !== 'string') throw new TypeError(`${option} must be a string, got ${shown(url)}`)
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') {
    throw new TypeError(`${option} must be ${RULE}, got another string`)
  }
  return {
    // IPv6 stands in brackets.
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: parsed.port === '' ? 6379 : Number(parsed.port),
    tls: parsed.protocol === 'rediss:',
    username: decoded(`user of ${option}`, parsed.username),
    password: decoded(`password of ${option}`, parsed.password),
    database: databaseOf(option, parsed.pathname),
  }
}

function decoded(what: string, part: string): string | undefined {
  if (part === '') return undefined
  try {
    return decodeURIComponent(part)
  } catch {
    throw new TypeError(`the ${what} must be percent-encoded`)
  }
}

function databaseOf(option: string, path: string): number {
  const [, digits = 'none'] = /^\/?(\d{0,9})$/.exec(path) ?? []
  if (digits === 'none') throw new TypeError(`the database of ${option} must be a whole number`)
  return Number(digits)
}
