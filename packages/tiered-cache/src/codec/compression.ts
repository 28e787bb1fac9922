import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { MaybePromise } from '../tiers/tier.ts'

/** How payloads are made smaller: `'zstd'` where that pays, or not at all. */
export type Compression = 'zstd' | false

/** Below this the call costs more than the bytes that it saves. */
const LEAST_BYTES = 2 * 1024
/** From here on by a thread: the loop would stand still for 0.3 ms and more, and handing it over takes it 50 µs. */
const ASYNC_BYTES = 128 * 1024
/** Kept where it saves a fifth: every reader pays for the decompression. */
const MOST_KEPT = 0.8
/** Level 1 was faster than -1 and smaller by as much as 3; the fastest, -5, is a third faster for twice the bytes. */
const LEVEL = { [constants.ZSTD_c_compressionLevel]: 1 }
/** A frame may claim a window of 128 MiB for a few bytes. 8 MiB is what every zstd decoder is to grant; level 1 uses less. */
const WINDOW = { [constants.ZSTD_d_windowLogMax]: 23 }

/**
 * The zstd frame of a payload, or `undefined` where it does not pay: below 2 KiB, or less than a fifth saved. A promise from
 * 128 KiB on, which never rejects; the payload must not change until it resolves.
 */
export function compress(payload: Uint8Array): MaybePromise<Uint8Array | undefined> {
  if (payload.length < LEAST_BYTES) return undefined
  // One chunk, else the result is put together from pieces of 16 KiB.
  const options = { params: LEVEL, chunkSize: payload.length }
  if (payload.length < ASYNC_BYTES) return worthwhile(payload, zstdCompressSync(payload, options))
  return new Promise((resolve) => {
    zstdCompress(payload, options, (error, frame) => {
      resolve(error === null ? worthwhile(payload, frame) : undefined)
    })
  })
}

/**
 * The `rawLength` bytes of a frame that {@link compress} made, in other memory. As much of it is taken as `rawLength` and a
 * window of 8 MiB need, whatever the frame would grow to.
 * @throws Error where it is no such frame, or one of another length.
 */
export function decompress(frame: Uint8Array, rawLength: number): Uint8Array {
  // One byte more than is wanted: a chunk that is exactly full makes room for another.
  const chunkSize = Math.max(constants.Z_MIN_CHUNK, rawLength + 1)
  const raw = zstdDecompressSync(frame, { params: WINDOW, maxOutputLength: Math.max(1, rawLength), chunkSize })
  if (raw.length !== rawLength) throw new Error('the frame has another length')
  return raw
}

function worthwhile(payload: Uint8Array, frame: Uint8Array): Uint8Array | undefined {
  return frame.length <= payload.length * MOST_KEPT ? frame : undefined
}
