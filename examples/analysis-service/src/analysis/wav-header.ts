import { UnreadableAudioError } from './unreadable-audio-error.ts'

/**
 * The head of a WAV file: RIFF chunks, each an id of four letters, a size and that many bytes, padded to even. `fmt ` tells
 * how samples are written, `data` holds them; all others are passed over unread.
 *
 * The walk is linear and every number in it is checked against the bytes that are really there, since the file comes from a
 * stranger: general readers build lists as long as a header claims.
 * @see https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html
 */
export interface WavHeader {
  readonly encoding: 'integer' | 'float'
  readonly bits: number
  readonly channels: number
  readonly sampleRate: number
  /** Where the samples begin and end in the file; whole frames only. */
  readonly dataStart: number
  readonly dataEnd: number
}

type WavFormat = Omit<WavHeader, 'dataStart' | 'dataEnd'>

const RIFF_HEADER_BYTES = 12
const CHUNK_HEADER_BYTES = 8
const FMT_BYTES = 16
const EXTENSIBLE_FMT_BYTES = 40

const PCM = 1
const IEEE_FLOAT = 3
const EXTENSIBLE = 0xfffe

const INTEGER_BITS: readonly number[] = [8, 16, 24, 32]
const FLOAT_BITS: readonly number[] = [32, 64]
const LEAST_RATE = 8_000
const GREATEST_RATE = 192_000
const MOST_CHANNELS = 64

/**
 * So many samples of one channel are analysed: an hour at the least rate, ten minutes at 48 kHz. Memory is taken by samples,
 * not by seconds, and a file of 8 bits has four times fewer bytes than what it becomes.
 */
export const MOST_FRAMES: number = 3_600 * LEAST_RATE

/**
 * Sizes from here on are what programs write that do not know the end yet and cannot come back (ffmpeg 0xffffffff, SoX
 * 0x7ffff000, arecord 0x80000000): the samples then go on to the end of the file.
 */
const STREAMED_SIZE = 0x7fff_f000

/** @throws UnreadableAudioError */
export function readWavHeader(bytes: Uint8Array): WavHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  assertRiff(view)
  let format: WavFormat | undefined
  for (let at = RIFF_HEADER_BYTES; at + CHUNK_HEADER_BYTES <= view.byteLength; ) {
    const id = fourLetters(view, at)
    const size = view.getUint32(at + 4, true)
    const start = at + CHUNK_HEADER_BYTES
    if (id === 'fmt ') format ??= readFormat(view, start, size)
    if (id === 'data') {
      if (format === undefined) throw new UnreadableAudioError('the WAV header does not tell the format of the samples')
      const header = { ...format, dataStart: start, dataEnd: dataEnd(view, start, size, format) }
      assertShort(header)
      return header
    }
    at = start + size + (size % 2)
  }
  throw new UnreadableAudioError('the WAV file is damaged: it holds no samples')
}

function assertRiff(view: DataView): void {
  if (view.byteLength === 0) throw new UnreadableAudioError('the file is empty')
  const isLongEnough = view.byteLength >= RIFF_HEADER_BYTES
  const container = isLongEnough ? fourLetters(view, 0) : ''
  if (isLongEnough && fourLetters(view, 8) === 'WAVE') {
    if (container === 'RIFF') return
    if (container === 'RIFX' || container === 'RF64') {
      throw new UnreadableAudioError(`WAV files of the kind ${container} are not supported`)
    }
  }
  throw new UnreadableAudioError('not a WAV file')
}

function readFormat(view: DataView, start: number, size: number): WavFormat {
  if (size < FMT_BYTES || start + size > view.byteLength) {
    throw new UnreadableAudioError('the WAV file is damaged: its header is cut off')
  }
  const channels = view.getUint16(start + 2, true)
  const sampleRate = view.getUint32(start + 4, true)
  const frameBytes = view.getUint16(start + 12, true)
  const bits = view.getUint16(start + 14, true)
  const encoding = encodingOf(formatCode(view, start, size), bits)
  if (channels < 1 || channels > MOST_CHANNELS) throw new UnreadableAudioError(`${channels} channels are not supported`)
  if (sampleRate < LEAST_RATE || sampleRate > GREATEST_RATE) {
    throw new UnreadableAudioError(
      `a sample rate of ${sampleRate} Hz is not supported (${LEAST_RATE} to ${GREATEST_RATE} Hz are)`,
    )
  }
  if (frameBytes !== (channels * bits) / 8) {
    throw new UnreadableAudioError('the WAV file is damaged: its header contradicts itself')
  }
  return { encoding, bits, channels, sampleRate }
}

/** What the extensible format stands for is told by the first two bytes of its sub-format. */
function formatCode(view: DataView, start: number, size: number): number {
  const code = view.getUint16(start, true)
  return code === EXTENSIBLE && size >= EXTENSIBLE_FMT_BYTES ? view.getUint16(start + 24, true) : code
}

function encodingOf(code: number, bits: number): WavHeader['encoding'] {
  if (code !== PCM && code !== IEEE_FLOAT) {
    throw new UnreadableAudioError(`compressed WAV (format ${code}) is not supported`)
  }
  const encoding = code === PCM ? 'integer' : 'float'
  const known = encoding === 'integer' ? INTEGER_BITS : FLOAT_BITS
  if (!known.includes(bits)) throw new UnreadableAudioError(`samples of ${bits} bits (${encoding}) are not supported`)
  return encoding
}

function dataEnd(view: DataView, start: number, size: number, { channels, bits }: WavFormat): number {
  const present = view.byteLength - start
  const isStreamed = size >= STREAMED_SIZE || (size === 0 && isUnfinished(view, start))
  if (!isStreamed && size > present) {
    throw new UnreadableAudioError(`the recording is cut off: ${present} of ${size} bytes arrived`)
  }
  const length = isStreamed ? present : size
  const frameBytes = (channels * bits) / 8
  if (length < frameBytes) throw new UnreadableAudioError('the recording is empty')
  return start + length - (length % frameBytes)
}

function assertShort(header: WavHeader): void {
  const { channels, bits, sampleRate } = header
  const frames = ((header.dataEnd - header.dataStart) * 8) / (channels * bits)
  if (frames <= MOST_FRAMES) return
  const [seconds, most] = [Math.ceil(frames / sampleRate), Math.floor(MOST_FRAMES / sampleRate)]
  throw new UnreadableAudioError(
    `the recording is too long: ${seconds} s, of ${sampleRate} Hz at most ${most} s are analysed`,
  )
}

/** Whether the file's own size was never filled in either: then a data size of 0 says nothing, else it says 'empty'. */
function isUnfinished(view: DataView, dataStart: number): boolean {
  const size = view.getUint32(4, true)
  return size >= STREAMED_SIZE || size + 8 <= dataStart
}

function fourLetters(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))
}
