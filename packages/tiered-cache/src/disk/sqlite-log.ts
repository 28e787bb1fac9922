import { readFileSync } from 'node:fs'
import { codeOf } from './disk-error.ts'

const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const MAGIC = 0x377f0682
/** The lowest bit of the magic says that the words of the checksums are big-endian. */
const MAGIC_MASK = 0xfffffffe
/** What is further from the salt than this is none: a log has not begun anew so often. */
const MOST_ROUNDS = 2 ** 24

/**
 * Whether all that was committed to a log of SQLite is still there to be read. SQLite stops at the first frame that is damaged, as if
 * nothing had followed: what was overwritten or deleted since would come back. Of the last transaction that cannot be told. Nobody may write meanwhile. O(its length), 1 GB/s.
 * See "WAL-mode file format", https://www.sqlite.org/walformat.html
 */
export function isLogWhole(file: string): boolean {
  const log = contentOf(file)
  if (log.length === 0) return true
  if (log.length < HEADER_BYTES || (log.readUInt32BE(0) & MAGIC_MASK) >>> 0 !== MAGIC) return false
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8)
  const sum = new LogChecksum(log, log.readUInt32BE(0) !== MAGIC)
  sum.add(0, 24)
  if (!sum.isAt(24)) return false
  let at = HEADER_BYTES
  while (at + frameBytes <= log.length && isFrameWhole(log, at, frameBytes, sum)) at += frameBytes
  return commitsFrom(log, at, frameBytes) <= 1
}

/**
 * After the last whole frame are those of an earlier round, and of one transaction at most that a killed process wrote and nobody ever
 * saw, over the beginning of which another may have written. Where the damage is in the last transaction alone, it is taken for such.
 */
function commitsFrom(log: Buffer, start: number, frameBytes: number): number {
  let commits = 0
  for (let at = start; at + FRAME_HEADER_BYTES <= log.length; at += frameBytes) {
    if (isOfThisRound(log, at)) commits += isCommit(log, at) ? 1 : 0
    else if (!isOfEarlierRound(log, at)) return Infinity
  }
  return commits
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

function isFrameWhole(log: Buffer, at: number, frameBytes: number, sum: LogChecksum): boolean {
  if (!isOfThisRound(log, at)) return false
  sum.add(at, 8)
  sum.add(at + FRAME_HEADER_BYTES, frameBytes - FRAME_HEADER_BYTES)
  return sum.isAt(at + 16)
}

/** Every round that begins at the front of the log has another salt. */
function isOfThisRound(log: Buffer, at: number): boolean {
  return log.readUInt32BE(at + 8) === log.readUInt32BE(16) && log.readUInt32BE(at + 12) === log.readUInt32BE(20)
}

/** The first half of the salt counts the rounds, from a random start. */
function isOfEarlierRound(log: Buffer, at: number): boolean {
  return (log.readUInt32BE(16) - log.readUInt32BE(at + 8)) >>> 0 <= MOST_ROUNDS
}

function isCommit(log: Buffer, at: number): boolean {
  return log.readUInt32BE(at + 4) !== 0
}

/** The running checksum of a log: of its header, then of every frame. */
class LogChecksum {
  readonly #log: DataView
  readonly #isLittleEndian: boolean
  #first = 0
  #second = 0

  constructor(log: Buffer, isBigEndian: boolean) {
    this.#log = new DataView(log.buffer, log.byteOffset, log.length)
    this.#isLittleEndian = !isBigEndian
  }

  add(at: number, length: number): void {
    for (let word = at; word < at + length; word += 8) {
      this.#first = (this.#first + this.#log.getUint32(word, this.#isLittleEndian) + this.#second) >>> 0
      this.#second = (this.#second + this.#log.getUint32(word + 4, this.#isLittleEndian) + this.#first) >>> 0
    }
  }

  /** Whether it is the one that is written there. */
  isAt(at: number): boolean {
    return this.#log.getUint32(at) === this.#first && this.#log.getUint32(at + 4) === this.#second
  }
}
