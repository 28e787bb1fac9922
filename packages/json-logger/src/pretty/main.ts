#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { type Order, readOrder, USAGE } from './command-line.ts'
import { printLogs, tell } from './print-logs.ts'

function orderOf(words: readonly string[]): Order | undefined {
  try {
    return readOrder(words, Date.now())
  } catch (error) {
    tell((error as Error).message)
    return undefined
  }
}

async function run(order: Order | undefined): Promise<number> {
  if (order === undefined) return 2
  if (order.does === 'print') return printLogs(order)
  process.stdout.write(order.does === 'help' ? USAGE : `${version()}\n`)
  return 0
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}

process.exitCode = await run(orderOf(process.argv.slice(2)))
