import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FastifyInstance, fastify } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pageRoutes } from '../src/http/page-routes.ts'

const PAGE = join(import.meta.dirname, '..', 'src', 'page')
/** For the compiler, not for browsers. */
const KEPT = ['tsconfig.json']
const FILES = readdirSync(PAGE).filter((file) => !KEPT.includes(file))
const TYPES = { html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' }

const server: FastifyInstance = fastify()
/** Every address that was registered. */
const addresses: string[] = []

beforeAll(async () => {
  server.addHook('onRoute', ({ method, url }) => void addresses.push(`${String(method)} ${url}`))
  await server.register(pageRoutes)
})
afterAll(() => server.close())

describe('The files of the page', () => {
  test('are served all, and nothing else is', () => {
    const wanted = FILES.map((file) => `GET ${addressOf(file)}`)
    expect(addresses.filter((address) => address.startsWith('GET')).toSorted()).toEqual(wanted.toSorted())
    expect(addresses.filter((address) => !/^(GET|HEAD) /.test(address))).toEqual([])
  })

  test.each(FILES)('%s comes as it is on disk, with its type and the policy', async (file) => {
    const { statusCode, headers, rawPayload } = await server.inject(addressOf(file))
    expect(statusCode).toBe(200)
    expect(rawPayload.equals(readFileSync(join(PAGE, file)))).toBe(true)
    expect(headers['content-type']).toBe(
      Object.entries(TYPES).find(([end]) => file.endsWith(`.${end}`))?.[1] ?? 'image/svg+xml',
    )
    expect(policyOf(headers['content-security-policy'])).toEqual({
      'default-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
    })
  })

  test('are all used, and none is asked for that is not there', () => {
    const asked = FILES.flatMap((file) => named(readFileSync(join(PAGE, file), 'utf8'), file))
    expect([...new Set(asked)].toSorted()).toEqual(FILES.filter((file) => file !== 'index.html').toSorted())
  })
})

function addressOf(file: string): string {
  return file === 'index.html' ? '/' : `/${file}`
}

function policyOf(header: unknown): Record<string, string> {
  const directives = String(header).split(';')
  return Object.fromEntries(directives.map((directive) => directive.trim().split(/ (.*)/).slice(0, 2)))
}

/** The files that this one names: links, scripts, imports and what a style loads. */
function named(text: string, file: string): string[] {
  const found = file.endsWith('.html')
    ? text.matchAll(/<(?:link|script|img)\b[^>]*\b(?:href|src)="([^"]*)"/g)
    : file.endsWith('.css')
      ? text.matchAll(/(?:url\(|@import )["']?([^"')]*)/g)
      : text.matchAll(/^(?:import|export)\b[^'\n]* from '\.\/([^']*)'/gm)
  return [...found].map(([, name = '']) => name)
}
