import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { constants, createGunzip } from 'node:zlib'

const CHUNK_BYTES = 262_144
const GZIP_MAGIC = [0x1f, 0x8b] as const

/**
 * The bytes of a file, or of standard input where there is no path, unpacked where they begin as gzip does, whatever the name.
 * Rejects with the system's error; a gzip file that ends early just ends.
 */
export async function* logBytes(path: string | undefined): AsyncGenerator<Buffer> {
  const source = path === undefined ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES })
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const head = await firstBytes(chunks)
  const all = joined(head, chunks)
  if (GZIP_MAGIC.every((byte, at) => head[at] === byte)) yield* unzipped(all)
  else yield* all
}

/** Two bytes or more, unless there are fewer in all; no waiting for a second one behind what gzip does not begin with. */
async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0)
  while (head.length === 0 || (head.length === 1 && head[0] === GZIP_MAGIC[0])) {
    const { done, value } = await chunks.next()
    if (done === true) break
    head = head.length === 0 ? value : Buffer.concat([head, value])
  }
  return head
}

async function* joined(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head
  for (;;) {
    const { done, value } = await chunks.next()
    if (done === true) return
    yield value
  }
}

async function* unzipped(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // A sync flush gives what a torn file holds, where the default gives an error and nothing.
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES, finishFlush: constants.Z_SYNC_FLUSH })
  const done = pipeline(bytes, gunzip)
  // The reader below rejects with the same error.
  done.catch(() => undefined)
  for await (const chunk of gunzip) yield chunk as Buffer
  await done
}
