import { createInterface } from 'node:readline'
import { takeDirectory } from '../src/disk/owner.ts'
import { becomeOrdinary } from './ordinary-user.fixture.ts'
import { NOTHING_KEPT } from '../src/disk/segment-mark.ts'

// Takes a directory, says what it got, and obeys: 'clean' marks it, 'release' frees it, 'end' ends the process as it is.
const [directory = '', whenOwned = 'subdirectory', user = ''] = process.argv.slice(2)
if (user === 'ordinary') becomeOrdinary()
const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

try {
  const owned = await takeDirectory(directory, { whenOwned: whenOwned as 'subdirectory' | 'error' })
  const { path, isFresh, seed, wasClean, isSameBoot } = owned
  say({ path, isFresh, seed, wasClean, isSameBoot })
  const orders: Readonly<Record<string, () => unknown>> = {
    clean: () => owned.markClean(NOTHING_KEPT),
    release: () => owned.release(),
    end: () => process.exit(0),
  }
  for await (const line of createInterface({ input: process.stdin })) {
    await orders[line]?.()
    say(line)
  }
} catch (error) {
  say({ error: (error as Error).message })
}
