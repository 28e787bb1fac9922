// make-long.mjs <seconds> <out.wav>: the sample recordings one after another, as often as it takes. For load tests; needs no espeak-ng.
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'

const SAMPLES = join(import.meta.dirname, '..', 'samples')
// The samples are made by make-samples.mjs: mono, 16 bits, 16 kHz, and nothing but the plain header of 44 bytes before the data.
const HEADER_BYTES = 44
const BYTES_PER_SECOND = 32_000
const MOST_SECONDS = 36_000

const [seconds, path] = [Number(process.argv[2]), process.argv[3]]
if (!(seconds > 0 && seconds <= MOST_SECONDS) || path === undefined) {
  console.error(`usage: make-long.mjs <seconds, up to ${MOST_SECONDS}> <out.wav>`)
  process.exit(2)
}

const names = (await readdir(SAMPLES)).filter((name) => name.endsWith('.wav')).toSorted()
const files = await Promise.all(names.map((name) => readFile(join(SAMPLES, name))))
const dataBytes = Math.round(seconds * 16_000) * 2

const out = createWriteStream(path)
out.write(headerOf(files[0], dataBytes))
for (let written = 0, turn = 0; written < dataBytes; turn++) {
  const samples = files[turn % files.length].subarray(HEADER_BYTES)
  const piece = samples.subarray(0, dataBytes - written)
  if (!out.write(piece)) await once(out, 'drain')
  written += piece.length
}
out.end()
await finished(out)
console.log(`${path}: ${dataBytes / BYTES_PER_SECOND} s, ${HEADER_BYTES + dataBytes} bytes`)

function headerOf(sample, size) {
  const header = Buffer.from(sample.subarray(0, HEADER_BYTES))
  header.writeUInt32LE(HEADER_BYTES - 8 + size, 4)
  header.writeUInt32LE(size, HEADER_BYTES - 4)
  return header
}
