import { describe, expect, it } from 'vitest'
import { tone } from '../../test/synthetic-sound.ts'
import { chunk, type Depth, type RawWav, rawWav, wavBytes } from '../../test/wav-bytes.ts'
import { UnreadableAudioError } from './unreadable-audio-error.ts'
import { readWav } from './wav.ts'
import { MOST_FRAMES, readWavHeader } from './wav-header.ts'

const DEPTHS: readonly Depth[] = ['8', '16', '24', '32', '32f', '64']
const RATES = [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000]

describe('readWav', () => {
  it.each(DEPTHS.flatMap((depth) => RATES.map((rate) => ({ depth, rate }))))(
    'reads samples of $depth bits at $rate Hz',
    ({ depth, rate }) => {
      const samples = tone(220, 0.1)(rate)
      const recording = readWav(wavBytes([samples], rate, depth))
      expect(recording).toMatchObject({ sampleRate: rate, channels: 1, fullScaleRatio: 0 })
      expect(recording.samples.length).toBe(samples.length)
      expect(greatestDifference(recording.samples, samples)).toBeLessThan(depth === '8' ? 0.01 : 0.0001)
      expect(recording.peak).toBeCloseTo(0.5, 1)
    },
  )

  it.each(DEPTHS)('mixes channels of %s bits down by their mean, and meters them before', (depth) => {
    const loud = Float32Array.from([1, -1, 0.25, 0])
    const soft = Float32Array.from([0, 0, 0.25, 0.5])
    const { samples, channels, peak, fullScaleRatio } = readWav(wavBytes([loud, soft, soft], 8000, depth))
    expect(channels).toBe(3)
    expect(greatestDifference(samples, Float32Array.from([1 / 3, -1 / 3, 0.25, 1 / 3]))).toBeLessThan(0.01)
    expect(peak).toBe(1)
    expect(fullScaleRatio).toBe(2 / 12)
  })

  it('takes floats beyond full scale as clipped there', () => {
    const { samples, peak, fullScaleRatio } = readWav(wavBytes([Float32Array.from([3, -7, 0.5])], 8000, '32f'))
    expect([...samples]).toEqual([1, -1, 0.5])
    expect({ peak, fullScaleRatio }).toEqual({ peak: 1, fullScaleRatio: 2 / 3 })
  })

  it('reads the extensible format as what it stands for', () => {
    const data = Buffer.from(Float32Array.of(0.5, -0.25).buffer)
    const floats = rawWav({ format: 0xfffe, subFormat: 3, bits: 32, data })
    expect([...readWav(floats).samples]).toEqual([0.5, -0.25])
    const compressed = rawWav({ format: 0xfffe, subFormat: 85, bits: 32, data })
    expect(failureOf(() => readWav(compressed))).toMatchObject({
      message: 'compressed WAV (format 85) is not supported',
    })
  })

  it.each([
    ['the data size says 0xffffffff', { dataSize: 0xffff_ffff, riffSize: 0xffff_ffff }],
    ['the data size says 0x7ffff000', { dataSize: 0x7fff_f000, riffSize: 0x7fff_f024 }],
    ['both sizes say 0', { dataSize: 0, riffSize: 0 }],
    ['the data size says 0 and the file ends with its header', { dataSize: 0, riffSize: 36 }],
  ] satisfies [string, RawWav][])('reads on to the end of the file where it was streamed: %s', (_, wav) => {
    expect(readWav(rawWav({ ...wav, data: new Uint8Array(3201) })).samples.length).toBe(1600)
  })

  it('passes over chunks that it does not know, of whatever size they claim to be', () => {
    const between = Buffer.concat([
      chunk('LIST', Buffer.from('INFO!')),
      Buffer.alloc(1),
      chunk('cue ', Buffer.alloc(4, 255)),
    ])
    expect(readWav(rawWav({ between })).samples.length).toBe(1600)
  })

  it('reads bytes that stand within a greater buffer', () => {
    const bytes = rawWav()
    const buffer = Uint8Array.from([...Buffer.alloc(7, 1), ...bytes, ...Buffer.alloc(9, 1)])
    const within = buffer.subarray(7, 7 + bytes.length)
    expect(readWav(within).samples.length).toBe(1600)
  })

  it.each([
    [8_000, '3600'],
    [48_000, '600'],
  ])('takes so many samples of %i Hz as fit in memory, and refuses one more by its header', (sampleRate, seconds) => {
    const data = new Uint8Array(2 * MOST_FRAMES)
    const sized = { bits: 8, channels: 2, sampleRate, data }
    expect(readWavHeader(rawWav(sized))).toMatchObject({ sampleRate, channels: 2 })
    const streamed = { ...sized, data: new Uint8Array(data.length + 2), dataSize: 0xffff_ffff }
    expect(failureOf(() => readWavHeader(rawWav(streamed)))).toMatchObject({
      code: 'ERR_AUDIO_UNREADABLE',
      message: `the recording is too long: ${Number(seconds) + 1} s, of ${sampleRate} Hz at most ${seconds} s are analysed`,
    })
  })

  it.each([
    ['an empty file', new Uint8Array(), 'the file is empty'],
    ['a short file', Buffer.from('RIFF'), 'not a WAV file'],
    ['an MP3', Buffer.from('ID3\u0004'.repeat(100)), 'not a WAV file'],
    ['another RIFF file', rawWav({ form: 'AVI ' }), 'not a WAV file'],
    ['a big-endian file', rawWav({ container: 'RIFX' }), 'WAV files of the kind RIFX are not supported'],
    ['MP3 in a WAV', rawWav({ format: 85 }), 'compressed WAV (format 85) is not supported'],
    ['no samples', rawWav({ data: new Uint8Array() }), 'the recording is empty'],
    ['half a sample', rawWav({ data: new Uint8Array(1) }), 'the recording is empty'],
    ['a size of 0 before another chunk', rawWav({ dataSize: 0 }), 'the recording is empty'],
    ['a file cut off', rawWav({ dataSize: 5000 }), 'the recording is cut off: 3200 of 5000 bytes arrived'],
    ['no channels', rawWav({ channels: 0 }), '0 channels are not supported'],
    ['too many channels', rawWav({ channels: 65 }), '65 channels are not supported'],
    ['no rate', rawWav({ sampleRate: 0 }), 'a sample rate of 0 Hz is not supported (8000 to 192000 Hz are)'],
    ['12 bits', rawWav({ bits: 12, frameBytes: 2 }), 'samples of 12 bits (integer) are not supported'],
    ['frames that are too wide', rawWav({ frameBytes: 3 }), 'the WAV file is damaged: its header contradicts itself'],
    ['a header alone', rawWav().subarray(0, 30), 'the WAV file is damaged: its header is cut off'],
    ['no data chunk', rawWav().subarray(0, 36), 'the WAV file is damaged: it holds no samples'],
    ['no format', withoutFormat(), 'the WAV header does not tell the format of the samples'],
    [
      'a sample that is NaN',
      rawWav({ format: 3, bits: 32, data: Buffer.alloc(400, 255) }),
      'the recording is damaged: it holds samples that are no numbers',
    ],
  ])('refuses %s, and says so to the uploader', (_, bytes, message) => {
    const error = failureOf(() => readWav(bytes))
    expect(error).toBeInstanceOf(UnreadableAudioError)
    expect(error).toMatchObject({ name: 'UnreadableAudioError', code: 'ERR_AUDIO_UNREADABLE', message })
  })
})

function withoutFormat(): Uint8Array {
  return Buffer.concat([chunk('RIFF', Buffer.from('WAVE'), 1000), chunk('data', new Uint8Array(100))])
}

function failureOf(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return error
  }
}

function greatestDifference(some: Float32Array, others: Float32Array): number {
  return some.reduce((most, sample, at) => Math.max(most, Math.abs(sample - (others[at] ?? Infinity))), 0)
}
