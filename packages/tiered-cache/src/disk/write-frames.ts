import { FRAME_BYTES, KIND, kindWord } from './frame.ts'
import type { KeyHashes } from './key-hashes.ts'
import type { LogFrame } from './segment.ts'
import type { Write } from './write-queue.ts'

/** Whether a write deletes its key: it has a frame, and no body. */
export function isTombstone({ record }: Write): boolean {
  return record?.length === FRAME_BYTES
}

/** The frame of a write, which keeps it; its record is there. */
export function frameOf(write: Write, hashes: KeyHashes): LogFrame {
  const buffer = write.record as Buffer
  const word = isTombstone(write) ? kindWord(KIND.tombstone, 0) : kindWord(KIND.value, buffer.length - FRAME_BYTES)
  write.frame = unplaced(buffer, word, write.key, write.expiresAt, hashes)
  return write.frame
}

/** A frame that deletes a key. */
export function tombstoneOf(key: string, hashes: KeyHashes): LogFrame {
  return unplaced(Buffer.allocUnsafe(FRAME_BYTES), kindWord(KIND.tombstone, 0), key, -Infinity, hashes)
}

function unplaced(buffer: Buffer, word: number, key: string, expiresAt: number, hashes: KeyHashes): LogFrame {
  hashes.take(key)
  const { high, low } = hashes
  return { buffer, word, high, low, expiresAt, segment: 0, offset: 0, seed: 0 }
}
