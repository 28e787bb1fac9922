import { types } from 'node:util'
import vm from 'node:vm'
import type { Random } from '@org/testkit'

/** What must never be seen, by the way in which it is hidden. */
export const SECRETS = { byKey: 'KEY0SECRET', byPath: 'PATH0SECRET', byPattern: 'sk_0123456789abcdef' } as const
export const PATTERN: RegExp = /sk_[0-9a-f]{16}|7{9}/
export const PATTERN_NUMBER = 777777777

const SECRET_KEYS = ['password', 'Authorization', 'set-cookie', 'stripe_secret', 'userToken', 'X-Api-Key', 'privateKey']
const KEYS = ['a', 'b', 'id', 'name', 'tokens', '__proto__', 'constructor', 'toString', 'size', '...', '[redacted]', '']
const NASTY = [
  '\u001b[2J',
  '\r\nforged',
  '\n    at forged (file.js:1:1)',
  '\u0000',
  '\u007f',
  '\u0085',
  '\u009b31m',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\u200f',
  '\ufeff',
  '\ud800',
  '\udc00',
  '😀',
  '"',
  '\\',
  "'",
  '</script>',
  '$&',
  'é',
]

/** Plain data and an error of another realm. */
const FOREIGN: unknown = vm.runInNewContext('({a: [1], e: new TypeError("x")})')

type Make = (hostile: Hostile, depth: number) => unknown

/** Makes values that try to break an encoder: seeded, so that a failure can be had again. */
export class Hostile {
  readonly random: Random
  /** Objects made so far: members of later ones, so that there are circles and shared parts. */
  readonly #made: object[] = []
  /** Whether a getter under a secret key has run. */
  hasReadSecret = false

  constructor(random: Random) {
    this.random = random
  }

  value(depth = 0): unknown {
    const make = this.random.pick(depth > 5 || this.random.chance(0.3 + depth / 10) ? SCALARS : ALL)
    const made = make(this, depth)
    if (typeof made !== 'object' || made === null || this.#made.includes(made)) return made
    this.#made.push(made)
    if (this.random.chance(0.1) && !ArrayBuffer.isView(made) && !types.isProxy(made)) Object.freeze(made)
    return made
  }

  error(): Error {
    return errorOf(this, 0)
  }

  text(): string {
    let text = this.random.pick(['', 'plain', 'two words', 'a=b'])
    const pieces = this.random.int(0, 3)
    for (let piece = 0; piece < pieces; piece++) text += this.random.pick(NASTY)
    if (this.random.chance(0.1)) text += `<${SECRETS.byPattern}>`
    if (this.random.chance(0.005)) text += this.random.pick(NASTY).repeat(this.random.int(1, 5000))
    return text
  }

  key(): string {
    return this.random.chance(0.8) ? this.random.pick(KEYS) : this.text()
  }

  known(): unknown {
    return this.#made.length === 0 ? null : this.random.pick(this.#made)
  }

  /** Adds members in all ways there are: plain, secret, getters, getters that throw, hidden, by symbol. */
  furnish(target: object, depth: number): object {
    const count = this.random.int(0, this.random.chance(0.02) ? 150 : 4)
    for (let index = 0; index < count; index++) {
      const key = count > 10 ? `k${index}` : this.key()
      Reflect.defineProperty(target, key, {
        ...this.#member(depth),
        enumerable: this.random.chance(0.95),
        configurable: true,
      })
    }
    if (this.random.chance(0.2)) this.#secret(target)
    if (this.random.chance(0.1))
      Reflect.defineProperty(target, Symbol('inner'), { value: SECRETS.byKey, enumerable: true })
    return target
  }

  #member(depth: number): PropertyDescriptor {
    if (this.random.chance(0.05)) return { get: () => this.value(depth + 1) }
    if (this.random.chance(0.05))
      return { get: thrower(this.random.pick([new Error(this.text()), 'text', null, revoked()])) }
    return { value: this.random.chance(0.1) ? this.known() : this.value(depth + 1), writable: true }
  }

  #secret(target: object): void {
    const key = this.random.pick(SECRET_KEYS)
    const get = (): string => {
      this.hasReadSecret = true
      return SECRETS.byKey
    }
    const member = this.random.chance(0.5) ? { get } : { value: this.random.pick([SECRETS.byKey, [SECRETS.byKey]]) }
    Reflect.defineProperty(target, key, { ...member, enumerable: true, configurable: true })
  }
}

const SCALARS: readonly Make[] = [
  (h) => h.text(),
  (h) => h.text(),
  (h) => h.random.pick([0, -0, 1.5, 1e21, 5e-324, Number.NaN, Infinity, -Infinity, PATTERN_NUMBER, 2 ** 53]),
  (h) => h.random.pick([true, false, null, undefined]),
  (h) => h.random.pick([0n, -1n, 2n ** 80n, BigInt(PATTERN_NUMBER)]),
  (h) => Symbol(h.text()),
  (h) => named(() => undefined, h.text()),
  (h) => named(madeClass(), h.text()),
  (h) =>
    h.random.pick([
      new Date(0),
      new Date(Number.NaN),
      /a"\n/g,
      new URL('https://u:KEY0SECRET@host/p?token=KEY0SECRET'),
    ]),
  (h) =>
    h.random.pick([
      Buffer.from('bytes'),
      new Float64Array([1, Number.NaN]),
      new BigInt64Array(2),
      new DataView(new ArrayBuffer(3)),
      new SharedArrayBuffer(9),
    ]),
  (h) => Object(h.random.pick([1, h.text(), true, 5n, Symbol('s')])) as unknown,
  (h) => h.random.pick([Promise.resolve(), new WeakMap(), new AbortController().signal, new Set().values(), FOREIGN]),
  (h) => h.known(),
]

const CONTAINERS: readonly Make[] = [
  (h, depth) => h.furnish({}, depth),
  (h, depth) => h.furnish({}, depth),
  (h, depth) => h.furnish(Object.create(null) as object, depth),
  (h, depth) =>
    h.furnish(
      Array.from({ length: h.random.int(0, 3) }, () => h.value(depth + 1)),
      depth,
    ),
  (h) => Array.from({ length: h.random.chance(0.1) ? 400 : 7 }),
  (h, depth) => new Set(Array.from({ length: h.random.int(0, 3) }, () => h.value(depth + 1))),
  (h, depth) =>
    new Map([
      [h.key(), h.value(depth + 1)],
      ['password', SECRETS.byKey],
      [h.key(), h.known()],
    ]),
  (h, depth) =>
    new Map([
      [h.value(depth + 1), h.value(depth + 1)],
      ['cookie', SECRETS.byKey],
    ]),
  () =>
    new Headers([
      ['authorization', SECRETS.byKey],
      ['set-cookie', SECRETS.byKey],
      ['x-a', 'b'],
      ['X-A', 'c'],
    ]),
  (h) =>
    new URLSearchParams([
      ['token', SECRETS.byKey],
      [h.key(), h.text()],
      ['a', '1'],
      ['a', '2'],
    ]),
  () => ({ rawHeaders: ['Cookie', SECRETS.byKey, 'host', 'a'], _header: SECRETS.byKey }),
  (h, depth) => ({ toJSON: () => h.value(depth + 1) }),
  (h) => ({ toJSON: thrower(new Error(h.text())) }),
  (h, depth) => h.furnish(new (named(madeClass(), h.text()))(), depth),
  errorOf,
  errorOf,
  (h, depth) => new AggregateError([h.value(depth + 1), h.known()], h.text()),
  () => revoked(),
  (h, depth) => new Proxy(h.furnish({}, depth), { ownKeys: thrower(new Error(h.text())) }),
  (h, depth) => new Proxy(h.furnish({}, depth), { getPrototypeOf: thrower(new TypeError('no')) }),
  (h, depth) => new Proxy(h.furnish([], depth), { get: thrower(new TypeError('no')) }),
  (_h, depth) => Object.assign([], { [Symbol.toStringTag]: 'Headers', depth }),
  (h) => ({ [Symbol.toStringTag]: 'Headers', [Symbol.iterator]: thrower(h.text()) }),
  (h) => deep(h.random.chance(0.02) ? 20_000 : 12),
]

const ALL: readonly Make[] = [...CONTAINERS, ...CONTAINERS, ...SCALARS]

function errorOf(h: Hostile, depth: number): Error {
  const error = new (h.random.pick([Error, TypeError, RangeError]))(h.text(), { cause: h.value(depth + 1) })
  if (h.random.chance(0.2))
    Reflect.defineProperty(error, h.random.pick(['name', 'message', 'stack', 'code']), { value: h.value(depth + 1) })
  if (h.random.chance(0.2))
    Reflect.defineProperty(error, h.random.pick(['name', 'message', 'stack', 'cause']), { get: thrower(h.text()) })
  if (h.random.chance(0.1)) Object.assign(error, { type: h.text() })
  return h.furnish(error, depth) as Error
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function deep(levels: number): object {
  let value = {}
  for (let level = 0; level < levels; level++) value = { value }
  return value
}

function madeClass(): new () => object {
  return class {
    readonly #inner = SECRETS.byKey

    get inner(): string {
      return this.#inner
    }
  }
}

function thrower(error: unknown): () => never {
  return () => {
    throw error
  }
}

function named<T extends object>(target: T, name: string): T {
  Reflect.defineProperty(target, 'name', { value: name })
  return target
}
