/**
 * A node of another version of the package: the same but for the number of the format in one source file. Run as a program; prints
 * what it found. Arguments: the file, the text in it and what stands in its place, the address of Redis, the prefix.
 */
import assert from 'node:assert'
import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'

const [, , file = '', text = '', other = '', url = '', prefix = ''] = process.argv
let isChanged = false
registerHooks({
  load(address, context, next) {
    if (!address.endsWith(file)) return next(address, context)
    const source = readFileSync(fileURLToPath(address), 'utf8')
    isChanged = source.includes(text)
    return { format: 'module', source: stripTypeScriptTypes(source.replace(text, other)), shortCircuit: true }
  },
})
const { TieredCache } = await import('@org/tiered-cache')
const { redisTier } = await import('@org/tiered-cache/redis')
assert(isChanged, `${file} has no ${text}`)

const faults: string[] = []
const cache = new TieredCache({ tiers: [redisTier({ url, prefix, deadline: '5s' })] })
cache.on('fault', ({ error }) => faults.push(`${error.message}: ${String(error.cause)}`))
await cache.ready()
const found = await cache.get('ours')
const loaded = await cache.getOrSet('ours', () => 'theirs')
const stored = await cache.get('ours')
await cache.close()
console.log(JSON.stringify({ found, loaded, stored, faults }))
