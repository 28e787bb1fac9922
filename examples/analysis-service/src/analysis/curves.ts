import type { Curves } from './acoustics.ts'
import type { PitchTrack } from './pitch-track.ts'
import { rounded } from './rounded.ts'

const MOST_POINTS = 600

/** The waveform and the pitch as pictures draw them, evenly spread over the recording. */
export function curvesOf(samples: Float32Array, track: PitchTrack): Curves {
  return {
    waveform: slices(samples).map((slice) => rounded(peakOf(slice), 3)),
    pitch: slices(track).map((slice) => {
      const mean = voicedMean(slice)
      return mean === undefined ? null : rounded(mean, 1)
    }),
  }
}

/** The whole of `values` in at most {@link MOST_POINTS} slices of even length; none is empty. */
function slices(values: Float32Array): Float32Array[] {
  const count = Math.min(MOST_POINTS, values.length)
  const edge = (at: number): number => Math.floor((at * values.length) / count)
  return Array.from({ length: count }, (_, at) => values.subarray(edge(at), edge(at + 1)))
}

function peakOf(samples: Float32Array): number {
  let peak = 0
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
  return peak
}

function voicedMean(slice: Float32Array): number | undefined {
  const voiced = slice.filter((hertz) => hertz > 0)
  return voiced.length === 0 ? undefined : voiced.reduce((sum, hertz) => sum + hertz, 0) / voiced.length
}
