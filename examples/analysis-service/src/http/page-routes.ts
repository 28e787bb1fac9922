import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'

const SCRIPTS = [
  'app.js',
  'answer-view.js',
  'elements.js',
  'figures-view.js',
  'history-view.js',
  'pause-choice.js',
  'picture.js',
  'pitch-curve.js',
  'request.js',
  'scale.js',
  'status-view.js',
  'words.js',
]

const FILES: readonly (readonly [path: string, file: string, type: string])[] = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/style.css', 'style.css', 'text/css; charset=utf-8'],
  ['/icon.svg', 'icon.svg', 'image/svg+xml'],
  ...SCRIPTS.map((file) => [`/${file}`, file, 'text/javascript; charset=utf-8'] as const),
]

const CONTENT_SECURITY_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** The upload page, from memory. */
export async function pageRoutes(server: FastifyInstance): Promise<void> {
  for (const [path, file, type] of FILES) {
    const content = readFileSync(new URL(`../page/${file}`, import.meta.url))
    server.get(path, async (_request, reply) =>
      reply.type(type).header('content-security-policy', CONTENT_SECURITY_POLICY).send(content),
    )
  }
}
