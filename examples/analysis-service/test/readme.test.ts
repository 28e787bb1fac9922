import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import { readConfig, VARIABLES } from '../src/config.ts'
import { healthRoutes } from '../src/http/health-routes.ts'
import { pageRoutes } from '../src/http/page-routes.ts'

const EXAMPLE = join(import.meta.dirname, '..')
const readme = readFileSync(join(EXAMPLE, 'README.md'), 'utf8')

/** The lines of one chapter. */
function chapter(title: string): string[] {
  const lines = readme.split('\n')
  const begin = lines.indexOf(`## ${title}`)
  const end = lines.findIndex((line, index) => index > begin && line.startsWith('## '))
  expect(begin, title).toBeGreaterThan(0)
  return lines.slice(begin, end === -1 ? undefined : end)
}

/** The cells of the tables of a chapter whose first cell is code. */
function rows(title: string): string[][] {
  const cells = chapter(title).map((line) => line.split('|').map((cell) => cell.trim()))
  return cells.map((row) => row.slice(1, -1)).filter(([first = '']) => first.startsWith('`'))
}

function code(cell: string | undefined): string {
  return cell?.replaceAll('`', '') ?? ''
}

describe('the README of the example', () => {
  it('has every variable of the configuration, and no other', () => {
    expect(
      rows('Configuration')
        .map(([name]) => code(name))
        .toSorted(),
    ).toEqual(VARIABLES.toSorted())
  })

  it('shows the defaults that hold', () => {
    const shown = Object.fromEntries(rows('Configuration').map(([name, value]) => [code(name), code(value)]))
    expect(readConfig(shown)).toEqual(readConfig({}))
    const example = Object.fromEntries(
      [...readFileSync(join(EXAMPLE, '.env.example'), 'utf8').matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    )
    expect({ ...shown, REDIS_URL: example['REDIS_URL'] }).toEqual(example)
  })

  it('names addresses that the service has', async () => {
    const server = fastify()
    await server.register(healthRoutes, { isReady: () => true })
    await server.register(pageRoutes)
    const paths = rows('Endpoints').flatMap(([cell = '']) =>
      [...cell.matchAll(/GET (\/[\w/]*)/g)].map(([, path = '']) => path),
    )
    const ours = paths.filter((path) => !path.startsWith('/stats'))
    expect(ours.length).toBeGreaterThan(3)
    for (const path of ours) expect((await server.inject(path)).statusCode, path).toBe(200)
    await server.close()
  })

  it('names codes that the service answers with', () => {
    const source = [
      'upload.ts',
      'http/error-response.ts',
      'http/analyze-route.ts',
      'http/operators-only.ts',
      'analysis/unreadable-audio-error.ts',
    ]
      .map((path) => readFileSync(join(EXAMPLE, 'src', path), 'utf8'))
      .join('')
    const answered = new Set([...source.matchAll(/'(ERR_\w+)'/g)].map(([, name]) => name))
    const named = new Set([...readme.matchAll(/`(ERR_\w+)`/g)].map(([, name]) => name))
    expect(named).toEqual(answered)
  })

  it('says that the image and the composition have not been run', () => {
    expect(chapter('Deployment').join('\n')).toContain('**Neither has been run where this was written')
  })
})
