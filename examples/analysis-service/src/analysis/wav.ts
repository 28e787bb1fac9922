import type { Recording } from './recording.ts'
import { UnreadableAudioError } from './unreadable-audio-error.ts'
import { readWavHeader, type WavHeader } from './wav-header.ts'

/** The sample at a byte of the file, full scale being -1 to 1. */
type ReadSample = (view: DataView, at: number) => number

/**
 * The greatest sample of 16 bits. Files of more bits were often made from such, so that for them too it counts as full scale.
 */
const FULL_SCALE_16 = 32767 / 32768
const FULL_SCALE_8 = 127 / 128

/**
 * The recording in a WAV file: PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64, of 8 to 192 kHz. Takes time and memory in
 * proportion to the bytes that are there, whatever the header claims, and 4 bytes for each of its frames, of which the header's reader bounds the number;
 * `bytes` are not kept.
 * @throws UnreadableAudioError
 */
export function readWav(bytes: Uint8Array): Recording {
  const header = readWavHeader(bytes)
  return mixedDown(new DataView(bytes.buffer, bytes.byteOffset, header.dataEnd), header)
}

function mixedDown(view: DataView, header: WavHeader): Recording {
  const { channels, sampleRate, bits, dataStart } = header
  const read = reader(header)
  const sampleBytes = bits / 8
  const fullScale = bits === 8 ? FULL_SCALE_8 : FULL_SCALE_16
  const samples = new Float32Array((header.dataEnd - dataStart) / (sampleBytes * channels))
  let [at, peak, atFullScale] = [dataStart, 0, 0]
  for (let frame = 0; frame < samples.length; frame++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++, at += sampleBytes) {
      const value = read(view, at)
      const size = Math.abs(value)
      if (size >= fullScale) atFullScale++
      if (size > peak) peak = size
      sum += value
    }
    samples[frame] = sum / channels
  }
  return { samples, sampleRate, channels, peak, fullScaleRatio: atFullScale / (samples.length * channels) }
}

function reader({ encoding, bits }: WavHeader): ReadSample {
  if (encoding === 'float') {
    return bits === 32
      ? (view, at) => limited(view.getFloat32(at, true))
      : (view, at) => limited(view.getFloat64(at, true))
  }
  if (bits === 8) return (view, at) => (view.getUint8(at) - 128) / 128
  if (bits === 16) return (view, at) => view.getInt16(at, true) / 2 ** 15
  if (bits === 24) return (view, at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 2 ** 23
  return (view, at) => view.getInt32(at, true) / 2 ** 31
}

/** Floats may go beyond full scale; whatever plays them clips there. */
function limited(value: number): number {
  if (!Number.isFinite(value)) {
    throw new UnreadableAudioError('the recording is damaged: it holds samples that are no numbers')
  }
  return Math.max(-1, Math.min(1, value))
}
