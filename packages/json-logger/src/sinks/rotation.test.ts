import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listBackups, rotate } from './rotation.ts'

/** A directory of files that each hold their own name. */
function logWith(...names: string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'rotation-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  for (const name of names) writeFileSync(join(directory, name), name)
  return join(directory, 'app.log')
}

/** What became of each: new name to old one. */
function namesOf(path: string): Record<string, string> {
  const directory = join(path, '..')
  return Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'utf8')]))
}

describe('rotate', () => {
  it('moves each file one on, plain and compressed alike, and drops the last', () => {
    const path = logWith('app.log', 'app.log.1', 'app.log.2.gz', 'app.log.3.gz')
    rotate(path, 3)
    expect(namesOf(path)).toEqual({ 'app.log.1': 'app.log', 'app.log.2': 'app.log.1', 'app.log.3.gz': 'app.log.2.gz' })
  })

  it('closes the gap that a kill in the middle of a rotation left', () => {
    const path = logWith('app.log', 'app.log.1', 'app.log.3', 'app.log.4')
    rotate(path, 4)
    expect(namesOf(path)).toEqual({
      'app.log.1': 'app.log',
      'app.log.2': 'app.log.1',
      'app.log.3': 'app.log.3',
      'app.log.4': 'app.log.4',
    })
  })

  it('leaves names alone that are none of its own, and backups above the count', () => {
    const others = ['app.log.01', 'app.log.0', 'app.log.2.bak', 'app.log.x', 'app.log-2', 'myapp.log.1', 'app.log.7']
    const path = logWith('app.log', 'app.log.1', 'app.log.2', ...others)
    rotate(path, 2)
    const left = namesOf(path)
    expect(left).toEqual({
      ...Object.fromEntries(others.map((name) => [name, name])),
      'app.log.1': 'app.log',
      'app.log.2': 'app.log.1',
    })
  })

  it('keeps one backup where the count is one, and counts past nine', () => {
    const one = logWith('app.log', 'app.log.1')
    rotate(one, 1)
    expect(namesOf(one)).toEqual({ 'app.log.1': 'app.log' })

    const ten = logWith('app.log', ...Array.from({ length: 10 }, (_, index) => `app.log.${index + 1}`))
    rotate(ten, 11)
    expect(namesOf(ten)['app.log.11']).toBe('app.log.10')
    expect(listBackups(ten).map((backup) => backup.index)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
  })
})
