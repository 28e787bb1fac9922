import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { FastifyInstance } from 'fastify'

const PAGE = new URL('../page/', import.meta.url)

/** What a browser may have of that folder, by the end of the name. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const CONTENT_SECURITY_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** The upload page, from memory: every file of its folder that is for a browser, `index.html` as `/`. */
export async function pageRoutes(server: FastifyInstance): Promise<void> {
  for (const file of readdirSync(PAGE)) {
    const type = TYPES[extname(file)]
    if (type === undefined) continue
    const content = readFileSync(new URL(file, PAGE))
    server.get(file === 'index.html' ? '/' : `/${file}`, async (_request, reply) =>
      reply.type(type).header('content-security-policy', CONTENT_SECURITY_POLICY).send(content),
    )
  }
}
