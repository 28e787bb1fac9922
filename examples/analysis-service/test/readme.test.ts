import { globSync, readFileSync } from 'node:fs'
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

/** Each failure that the source makes, as `413 ERR_UPLOAD_FORM`; 4xx where the status is the framework's. */
function answered(): string[] {
  const files = globSync('src/**/*.ts', { cwd: EXAMPLE, exclude: ['**/*.test.ts'] })
  const source = files.map((path) => readFileSync(join(EXAMPLE, path), 'utf8')).join('\n')
  const refusals = [...source.matchAll(/new RefusedError\(\s*(\d{3}),\s*'(ERR_\w+)'/g)]
  const failures = [...source.matchAll(/\bstatus(?:: (\d{3}))?,\s*code: '(ERR_\w+)'/g)]
  // Else some are written so that they are not found.
  expect(refusals.length).toBe(source.match(/new RefusedError\(/g)?.length)
  expect(failures.length).toBe(source.match(/\bcode: ['`][A-Z]/g)?.length)
  return [...refusals, ...failures].map(([, status = '4xx', name]) => `${status} ${name}`)
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

  it('names the codes that the service answers with, by their status, and no other', () => {
    const listed = chapter('Endpoints').flatMap((line) => {
      const [, status = '', names = ''] = /^\| (\d{3}|4xx) \| ([^|]+) \|/.exec(line) ?? []
      return [...names.matchAll(/`(ERR_\w+)`/g)].map(([, name]) => `${status} ${name}`)
    })
    expect(listed.toSorted()).toEqual([...new Set(answered())].toSorted())
  })

  it('says that the image and the composition have not been run', () => {
    expect(chapter('Deployment').join('\n')).toContain('**Neither has been run where this was written')
  })
})
