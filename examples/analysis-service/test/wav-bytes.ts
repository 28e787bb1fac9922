import { createRequire } from 'node:module'
import type * as wavefile from 'wavefile'

// Its ES module cannot be loaded by Node, and its CommonJS one shows no names.
const { WaveFile } = createRequire(import.meta.url)('wavefile') as typeof wavefile

/** How a WAV file is written: the bits, with an f where they are floats. */
export type Depth = '8' | '16' | '24' | '32' | '32f' | '64'

/** A WAV file of channels with samples from -1 to 1, by a writer that is not ours. */
export function wavBytes(channels: readonly Float32Array[], sampleRate: number, depth: Depth): Uint8Array {
  const file = new WaveFile()
  const stored = channels.map((samples) => Float64Array.from(samples, (sample) => storedSample(sample, depth)))
  file.fromScratch(channels.length, sampleRate, depth, stored.length === 1 ? (stored[0] as Float64Array) : stored)
  return file.toBuffer()
}

/** A WAV file byte by byte: whatever header, then whatever samples. */
export interface RawWav {
  readonly container?: string
  readonly form?: string
  readonly riffSize?: number
  readonly format?: number
  /** The format that the extensible one stands for. */
  readonly subFormat?: number
  readonly channels?: number
  readonly sampleRate?: number
  readonly frameBytes?: number
  readonly bits?: number
  readonly dataSize?: number
  readonly data?: Uint8Array
  /** Chunks between the format and the data. */
  readonly between?: Uint8Array
}

export function rawWav(wav: RawWav = {}): Uint8Array {
  const { channels = 1, bits = 16, data = new Uint8Array(3200), between = new Uint8Array() } = wav
  const format = Buffer.alloc(wav.subFormat === undefined ? 16 : 40)
  format.writeUInt16LE(wav.format ?? 1, 0)
  format.writeUInt16LE(channels, 2)
  format.writeUInt32LE(wav.sampleRate ?? 16_000, 4)
  format.writeUInt16LE(wav.frameBytes ?? (channels * bits) / 8, 12)
  format.writeUInt16LE(bits, 14)
  if (wav.subFormat !== undefined) format.writeUInt16LE(wav.subFormat, 24)
  const body = Buffer.concat([chunk('fmt ', format), between, chunk('data', data, wav.dataSize)])
  const head = chunk(wav.container ?? 'RIFF', Buffer.from(wav.form ?? 'WAVE'), wav.riffSize ?? body.length + 4)
  return Buffer.concat([head, body])
}

export function chunk(id: string, content: Uint8Array, size = content.length): Buffer {
  const head = Buffer.alloc(8)
  head.write(id, 'latin1')
  head.writeUInt32LE(size, 4)
  return Buffer.concat([head, content])
}

function storedSample(sample: number, depth: Depth): number {
  if (depth === '32f' || depth === '64') return sample
  const most = 2 ** (Number(depth) - 1)
  const whole = Math.max(-most, Math.min(most - 1, Math.round(sample * most)))
  return depth === '8' ? whole + 128 : whole
}
