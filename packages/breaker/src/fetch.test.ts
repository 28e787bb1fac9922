import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventually } from '@org/testkit'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { Breaker } from './breaker.ts'
import { BreakerOpenError, RetryExhaustedError, TimeoutError } from './errors.ts'
import { HttpStatusError, type ProtectFetchOptions, protectFetch } from './fetch.ts'
import { ManualClock } from './testing/manual-clock.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const servers: Server[] = []
const clocks: ManualClock[] = []

/** A server that gives its answers in turn, the last one for ever. */
async function serve(...answers: readonly Answer[]): Promise<{ origin: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)] as Answer
    requests.push(request)
    answer(request, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

const status =
  (code: number, body = `status ${code}`, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(code, headers).end(body)
const reset: Answer = (request) => void request.socket.resetAndDestroy()
const hang: Answer = () => {}
const ok = status(200, 'ok')

/** Options on a manual clock that moves on by itself as soon as somebody waits for it. */
function onManualClock(options: ProtectFetchOptions): ProtectFetchOptions & { readonly clock: ManualClock } {
  const clock = new ManualClock()
  clocks.push(clock)
  return { ...options, clock }
}

/** The next wait of the manual clock, over at once. */
async function passWait(clock: ManualClock, by: number): Promise<void> {
  await eventually(() => clock.pendingTimers > 0)
  await clock.advance(by)
}

beforeEach(() => {
  clocks.length = 0
})

afterEach(() => {
  for (const clock of clocks) expect(clock.pendingTimers).toBe(0)
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

describe('protectFetch', () => {
  it('gives the response of the first attempt', async () => {
    const { origin, requests } = await serve(ok)
    const protectedFetch = protectFetch(fetch, { retry: {}, totalTimeout: '10s' })
    const response = await protectedFetch(`${origin}/path`, { headers: { 'x-id': '7' } })
    expect(response.status).toBe(200)
    await expect(response.text()).resolves.toBe('ok')
    expect(requests[0]).toMatchObject({ url: '/path', headers: { 'x-id': '7' } })
  })

  it('takes a URL and a Request', async () => {
    const { origin } = await serve(ok)
    const protectedFetch = protectFetch(fetch)
    await expect(protectedFetch(new URL(origin))).resolves.toMatchObject({ status: 200 })
    await expect(protectedFetch(new Request(origin, { method: 'DELETE' }))).resolves.toMatchObject({ status: 200 })
  })

  it('leaves alone what has no origin', async () => {
    const protectedFetch = protectFetch(fetch, { breaker: new Breaker({ consecutiveFailures: 1 }) })
    const response = await protectedFetch('data:text/plain,hello')
    await expect(response.text()).resolves.toBe('hello')
    await expect(protectedFetch('no url')).rejects.toThrow(TypeError)
    await expect(protectedFetch('data:text/plain,again')).resolves.toMatchObject({ status: 200 })
  })

  it('rejects, and does not throw, where fetch would reject', async () => {
    const protectedFetch = protectFetch(fetch)
    for (const input of [undefined, null, 5, Symbol('no url'), { url: 'http://127.0.0.1:1' }]) {
      await expect(protectedFetch(input as never)).rejects.toBeInstanceOf(TypeError)
    }
    const unreadable = {
      toString: () => {
        throw new Error('no string')
      },
    }
    await expect(protectedFetch(unreadable as never)).rejects.toThrow('no string')
    expect(protectedFetch.stats()).toEqual({})
  })

  it('sends a method that is no string as fetch does, and once', async () => {
    const { origin, requests } = await serve(status(500))
    const protectedFetch = protectFetch(fetch, { retry: {} })
    await expect(protectedFetch(origin, { method: { toString: () => 'post' } as never })).resolves.toBeInstanceOf(
      Response,
    )
    expect(requests.map(({ method }) => method)).toEqual(['POST'])
    await expect(protectedFetch(origin, { method: 5 } as never)).resolves.toBeInstanceOf(Response)
    await expect(protectedFetch(origin, { method: 'NO METHOD' })).rejects.toBeInstanceOf(TypeError)
  })

  it('guards the origin of an input that becomes a URL as a string', async () => {
    const { origin } = await serve(ok)
    const protectedFetch = protectFetch(fetch)
    await protectedFetch({ toString: () => `${origin}/path` } as never)
    expect(protectedFetch.stats()).toMatchObject({ [origin]: { breaker: { successes: 1 } } })
  })

  it('knows no server of a blob:, whatever its address says', async () => {
    const protectedFetch = protectFetch(fetch)
    const url = URL.createObjectURL(new Blob(['hello']))
    await expect(protectedFetch(url).then((response) => response.text())).resolves.toBe('hello')
    URL.revokeObjectURL(url)
    await expect(protectedFetch('blob:http://127.0.0.1:1/5')).rejects.toBeInstanceOf(TypeError)
    expect(protectedFetch.stats()).toEqual({})
  })

  describe('stats', () => {
    it('counts per origin, what may be sent twice and what may not', async () => {
      const bad = await serve(status(500))
      const good = await serve(ok)
      const protectedFetch = protectFetch(fetch, { retry: { maxAttempts: 2, delay: 0 }, bulkhead: {} })
      expectTypeOf(protectedFetch).toExtend<typeof fetch>()
      await protectedFetch(`${bad.origin}/a`)
      await protectedFetch(`${bad.origin}/b`, { method: 'POST' })
      await protectedFetch(good.origin)
      const stats = protectedFetch.stats()
      expect(Object.keys(stats)).toEqual([bad.origin, good.origin])
      expect(stats[bad.origin]).toMatchObject({ attempts: 3, breaker: { failures: 3 }, bulkhead: { active: 0 } })
      expect(stats[good.origin]).toMatchObject({ attempts: 1, timeouts: 0, breaker: { successes: 1 } })
    })

    it('forgets an origin with its breaker', async () => {
      const one = await serve(ok)
      const other = await serve(ok)
      const protectedFetch = protectFetch(fetch, { maxOrigins: 1, breaker: new Breaker() })
      await protectedFetch(one.origin)
      await protectedFetch(other.origin)
      expect(protectedFetch.stats()).toMatchObject({ [other.origin]: { breaker: { successes: 2 } } })
      expect(protectedFetch.stats()).not.toHaveProperty([one.origin])
    })
  })

  describe('as a breaker', () => {
    it.each([
      [500, true],
      [502, true],
      [503, true],
      [429, true],
      [404, false],
      [401, false],
      [304, false],
    ])('counts %d as a failure: %s, and gives the response to the caller', async (code, isFailure) => {
      const { origin } = await serve(status(code, code === 304 ? '' : `status ${code}`))
      const breaker = new Breaker()
      const response = await protectFetch(fetch, { breaker })(origin)
      expect(response.status).toBe(code)
      await expect(response.text()).resolves.toBe(code === 304 ? '' : `status ${code}`)
      expect(breaker.stats()).toMatchObject({ failures: isFailure ? 1 : 0, successes: isFailure ? 0 : 1 })
    })

    it('lets the options say what a failure is', async () => {
      const { origin } = await serve(status(404))
      const breaker = new Breaker()
      await protectFetch(fetch, { breaker, isFailure: (response) => response.status === 404 })(origin)
      expect(breaker.stats().failures).toBe(1)
    })

    it('rejects with what isFailure throws: a failure, not retried, its body cancelled', async () => {
      let closed = 0
      const endless: Answer = (_request, response) => {
        response.writeHead(200).write('x')
        response.on('close', () => closed++)
      }
      const { origin, requests } = await serve(endless)
      const mistake = new Error('mistake')
      const breaker = new Breaker()
      const asked: unknown[] = []
      const protectedFetch = protectFetch(fetch, {
        breaker,
        retry: { delay: 0, shouldRetry: (error) => asked.push(error) > 0 },
        isFailure: () => {
          throw mistake
        },
      })
      await expect(protectedFetch(origin)).rejects.toBe(mistake)
      await eventually(() => closed === 1)
      expect(requests).toHaveLength(1)
      expect(asked).toEqual([])
      expect(breaker.stats().failures).toBe(1)
    })

    it('counts reset and refused connections as failures', async () => {
      const { origin } = await serve(reset)
      const breaker = new Breaker()
      const protectedFetch = protectFetch(fetch, { breaker })
      await expect(protectedFetch(origin)).rejects.toThrow(TypeError)
      await expect(protectedFetch('http://127.0.0.1:1/')).rejects.toThrow(TypeError)
      expect(breaker.stats().failures).toBe(2)
    })

    it('opens per origin, and says of which and why', async () => {
      const bad = await serve(status(500))
      const good = await serve(ok)
      const protectedFetch = protectFetch(fetch, onManualClock({ breaker: { consecutiveFailures: 2 } }))
      await protectedFetch(`${bad.origin}/a`)
      await protectedFetch(`${bad.origin}/b`)
      const refused = protectedFetch(`${bad.origin}/c`)
      await expect(refused).rejects.toBeInstanceOf(BreakerOpenError)
      await expect(refused).rejects.toMatchObject({ breaker: bad.origin, retryAfterMs: 60_000 })
      await expect(refused).rejects.toMatchObject({ cause: { name: 'HttpStatusError', status: 500 } })
      await expect(protectedFetch(good.origin)).resolves.toMatchObject({ status: 200 })
      expect(bad.requests).toHaveLength(2)
    })

    it('keeps no more origins than it may', async () => {
      const one = await serve(status(500))
      const other = await serve(status(500))
      const options = { breaker: { consecutiveFailures: 1 }, maxOrigins: 1 }
      const protectedFetch = protectFetch(fetch, onManualClock(options))
      await protectedFetch(one.origin)
      await expect(protectedFetch(one.origin)).rejects.toBeInstanceOf(BreakerOpenError)
      await protectedFetch(other.origin)
      await expect(protectedFetch(one.origin)).resolves.toMatchObject({ status: 500 })
    })

    it('blames nobody for the abort of a caller', async () => {
      const { origin, requests } = await serve(hang)
      const breaker = new Breaker({ consecutiveFailures: 1 })
      const protectedFetch = protectFetch(fetch, { breaker, retry: {}, bulkhead: {}, attemptTimeout: '1m' })
      for (const asRequest of [false, true]) {
        const caller = new AbortController()
        const before = requests.length
        const answer = asRequest
          ? protectedFetch(new Request(origin, { signal: caller.signal }))
          : protectedFetch(origin, { signal: caller.signal })
        answer.catch(() => {})
        await eventually(() => requests.length > before)
        caller.abort()
        await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
      }
      await eventually(() => breaker.stats().ignored === 2)
      expect(breaker.stats()).toMatchObject({ state: 'closed', failures: 0 })
      expect(requests).toHaveLength(2)
    })
  })

  describe('as a retry', () => {
    const plain = { jitter: 'none', delay: 100 } as const

    it.each([
      ['500', status(500)],
      ['429', status(429)],
      ['a reset connection', reset],
    ] as const)('tries again after %s', async (_title, failing) => {
      const { origin, requests } = await serve(failing, ok)
      const options = onManualClock({ retry: plain })
      const answer = protectFetch(fetch, options)(origin)
      await passWait(options.clock, 100)
      await expect(answer.then((response) => response.text())).resolves.toBe('ok')
      expect(requests).toHaveLength(2)
    })

    it('gives the last response once the attempts are used up', async () => {
      const { origin, requests } = await serve(status(500, 'first'), status(502, 'second'), status(503, 'third'))
      const options = onManualClock({ retry: plain })
      const answer = protectFetch(fetch, options)(origin)
      await passWait(options.clock, 100)
      await passWait(options.clock, 200)
      const response = await answer
      expect(response.status).toBe(503)
      await expect(response.text()).resolves.toBe('third')
      expect(requests).toHaveLength(3)
    })

    it('gives the last response where the breaker opens under the retries', async () => {
      const { origin, requests } = await serve(status(500, 'opened it'))
      const options = onManualClock({ retry: plain, breaker: { consecutiveFailures: 1 } })
      const answer = protectFetch(fetch, options)(origin)
      await passWait(options.clock, 100)
      await expect(answer.then((response) => response.text())).resolves.toBe('opened it')
      expect(requests).toHaveLength(1)
    })

    it('cancels the bodies of the responses that it tries again', async () => {
      let closed = 0
      const endless: Answer = (_request, response) => {
        response.writeHead(500).write('x'.repeat(100_000))
        response.on('close', () => closed++)
      }
      const { origin } = await serve(endless, endless, ok)
      const options = onManualClock({ retry: plain })
      const answer = protectFetch(fetch, options)(origin)
      await passWait(options.clock, 100)
      await passWait(options.clock, 200)
      await expect(answer).resolves.toMatchObject({ status: 200 })
      await eventually(() => closed === 2)
    })

    it('cancels the body it holds where the total timeout ends the wait', async () => {
      let closed = 0
      const endless: Answer = (_request, response) => {
        response.writeHead(500).write('x')
        response.on('close', () => closed++)
      }
      const { origin, requests } = await serve(endless)
      const options = onManualClock({ retry: { ...plain, delay: '10s' }, totalTimeout: '1s' })
      const answer = protectFetch(fetch, options)(origin)
      answer.catch(() => {})
      await eventually(() => options.clock.pendingTimers === 2)
      await options.clock.advance('1s')
      await expect(answer).rejects.toBeInstanceOf(TimeoutError)
      await eventually(() => closed === 1)
      expect(requests).toHaveLength(1)
    })

    it('rejects with what happened where there is no response to give', async () => {
      const { origin } = await serve(status(500), reset)
      const options = onManualClock({ retry: { ...plain, maxAttempts: 2 } })
      const answer = protectFetch(fetch, options)(origin)
      answer.catch(() => {})
      await passWait(options.clock, 100)
      await expect(answer).rejects.toBeInstanceOf(RetryExhaustedError)
      await expect(answer).rejects.toMatchObject({ attempts: 2, cause: expect.any(TypeError) as TypeError })
    })

    it.each([
      ['seconds', 503, () => '7', 7_000],
      ['seconds', 429, () => '7', 7_000],
      ['a date', 503, (clock: ManualClock) => new Date(clock.now() + 9_000).toUTCString(), 9_000],
    ] as const)('honours Retry-After in %s of %d', async (_title, code, header, waitMs) => {
      const options = onManualClock({ retry: plain })
      const { origin, requests } = await serve(status(code, '', { 'retry-after': header(options.clock) }), ok)
      const answer = protectFetch(fetch, options)(origin)
      await passWait(options.clock, waitMs - 1)
      expect(requests).toHaveLength(1)
      await passWait(options.clock, 1)
      await expect(answer).resolves.toMatchObject({ status: 200 })
    })

    it.each([
      ['0', 0],
      ['a date that has passed', 'Sun, 22 Nov 2009 09:00:00 GMT'],
      ['what is no date', 'Mon 5'],
    ])('keeps to its backoff where Retry-After is %s', async (_title, header) => {
      const options = onManualClock({ retry: plain })
      const { origin, requests } = await serve(status(503, '', { 'retry-after': String(header) }), ok)
      const answer = protectFetch(fetch, options)(origin)
      await passWait(options.clock, 99)
      expect(requests).toHaveLength(1)
      await passWait(options.clock, 1)
      await expect(answer).resolves.toMatchObject({ status: 200 })
    })

    it('gives the response at once where Retry-After does not fit', async () => {
      const { origin, requests } = await serve(status(503, '', { 'retry-after': '3600' }))
      const options = onManualClock({ retry: plain })
      await expect(protectFetch(fetch, options)(origin)).resolves.toMatchObject({ status: 503 })
      expect(requests).toHaveLength(1)
    })

    it('asks shouldRetry with the status', async () => {
      const { origin, requests } = await serve(status(501))
      const options = onManualClock({
        retry: { ...plain, shouldRetry: (error) => !(error instanceof HttpStatusError && error.status === 501) },
      })
      await expect(protectFetch(fetch, options)(origin)).resolves.toMatchObject({ status: 501 })
      expect(requests).toHaveLength(1)
    })

    const bodies: readonly (readonly [string, RequestInit | ((origin: string) => Request), number])[] = [
      ['GET', {}, 2],
      ['HEAD', { method: 'head' }, 2],
      ['OPTIONS', { method: 'OPTIONS' }, 2],
      ['DELETE', { method: 'DELETE' }, 2],
      ['PUT with a string', { method: 'PUT', body: 'text' }, 2],
      ['PUT with bytes', { method: 'PUT', body: new Uint8Array(3) }, 2],
      ['PUT with form data', { method: 'PUT', body: new URLSearchParams({ a: '1' }) }, 2],
      ['PUT with a blob', { method: 'PUT', body: new Blob(['text']) }, 2],
      ['a Request without body', (origin) => new Request(origin), 2],
      ['PUT with a stream', { method: 'PUT', body: new Blob(['text']).stream(), duplex: 'half' }, 1],
      ['a Request with body', (origin) => new Request(origin, { method: 'PUT', body: 'text' }), 1],
      ['POST', { method: 'POST', body: 'text' }, 1],
      ['PATCH', { method: 'PATCH', body: 'text' }, 1],
    ]
    it.each(bodies)('sends %s as often as it may', async (_title, what, sent) => {
      const { origin, requests } = await serve(status(500), ok)
      const options = onManualClock({ retry: plain })
      const protectedFetch = protectFetch(fetch, options)
      const answer = typeof what === 'function' ? protectedFetch(what(origin)) : protectedFetch(origin, what)
      if (sent === 2) await passWait(options.clock, 100)
      await expect(answer).resolves.toMatchObject({ status: sent === 2 ? 200 : 500 })
      expect(requests).toHaveLength(sent)
    })
  })

  describe('with timeouts', () => {
    it('cuts off an attempt that hangs, and tries again', async () => {
      const { origin, requests } = await serve(hang, ok)
      const options = onManualClock({ retry: { delay: 0 }, attemptTimeout: '1s' })
      const answer = protectFetch(fetch, options)(origin)
      await eventually(() => requests.length === 1)
      await options.clock.advance('1s')
      await eventually(() => requests.length === 2)
      await expect(answer).resolves.toMatchObject({ status: 200 })
      expect(requests[0]!.socket.destroyed || requests[0]!.destroyed).toBe(true)
    })

    it('leaves the reading of the body to the caller, and to the signal of the caller alone', async () => {
      const { origin } = await serve((_request, response) => void response.writeHead(200).write('begin'))
      const caller = new AbortController()
      const options = onManualClock({ totalTimeout: '1s', attemptTimeout: '1s', retry: {} })
      const response = await protectFetch(fetch, options)(origin, { signal: caller.signal })
      await options.clock.advance('1h')
      const reader = response.body!.getReader()
      await expect(reader.read()).resolves.toMatchObject({ done: false })
      const next = reader.read()
      caller.abort(new Error('caller left'))
      await expect(next).rejects.toThrow('caller left')
    })

    it('drops a response that comes after its attempt was cut off', async () => {
      const { origin } = await serve(ok)
      let arrive!: (response: Response) => void
      let attempts = 0
      const deaf = (async () => {
        attempts++
        return attempts === 1 ? new Promise<Response>((resolve) => (arrive = resolve)) : new Response('second')
      }) as typeof fetch
      const options = onManualClock({ retry: { delay: 0 }, attemptTimeout: '1s' })
      const answer = protectFetch(deaf, options)(origin)
      await options.clock.advance('2s')
      await expect(answer.then((response) => response.text())).resolves.toBe('second')
      const late = new Response('late', { status: 500 })
      arrive(late)
      await eventually(() => late.bodyUsed)
    })
  })

  it('has a bulkhead per origin, named after it', async () => {
    const one = await serve(hang)
    const other = await serve(ok)
    const caller = new AbortController()
    const protectedFetch = protectFetch(fetch, { bulkhead: { maxConcurrent: 1, maxQueue: 0 } })
    const held = protectedFetch(one.origin, { signal: caller.signal })
    held.catch(() => {})
    await expect(protectedFetch(one.origin)).rejects.toMatchObject({ bulkhead: one.origin })
    await expect(protectedFetch(other.origin)).resolves.toMatchObject({ status: 200 })
    caller.abort()
    await expect(held).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('shares a breaker that it was given among all origins, and nothing else', async () => {
    const one = await serve(hang)
    const other = await serve(status(500))
    const breaker = new Breaker({ consecutiveFailures: 1 })
    const protectedFetch = protectFetch(fetch, { breaker, bulkhead: { maxConcurrent: 1, maxQueue: 0 } })
    const caller = new AbortController()
    const held = protectedFetch(one.origin, { signal: caller.signal })
    held.catch(() => {})
    await expect(protectedFetch(other.origin)).resolves.toMatchObject({ status: 500 })
    await expect(protectedFetch(one.origin)).rejects.toBeInstanceOf(BreakerOpenError)
    caller.abort()
    await expect(held).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('refuses options that are none, before the first request', () => {
    expect(() => protectFetch(undefined as never, {})).toThrow('fetch must be a function, got undefined')
    expect(() => protectFetch(fetch, null as never)).toThrow('options must be an object, got null')
    expect(() => protectFetch(fetch, { retries: 3 } as never)).toThrow("pipeline options has no option 'retries'")
    expect(() => protectFetch(fetch, { maxOrigins: 0 })).toThrow('maxOrigins must be a whole number of at least 1')
    expect(() => protectFetch(fetch, { isFailure: 500 as never })).toThrow('isFailure must be a function, got 500')
    expect(() => protectFetch(fetch, { breaker: { openFor: -1 } })).toThrow('openFor must be')
    expect(() => protectFetch(fetch, { retry: { maxAttempts: 0 } })).toThrow('maxAttempts must be')
  })
})
