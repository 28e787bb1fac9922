/** A recording with fewer samples per second. */
export interface Thinned {
  readonly samples: Float32Array
  readonly sampleRate: number
}

/**
 * Each `factor` samples made one by their mean, which also takes off most of what is too high for the new rate: good enough
 * for finding a voice's pitch, not for listening. A rest that is no whole sample is left out.
 */
export function thinned(samples: Float32Array, sampleRate: number, factor: number): Thinned {
  if (factor === 1) return { samples, sampleRate }
  const means = new Float32Array(Math.floor(samples.length / factor))
  for (let at = 0, from = 0; at < means.length; at++) {
    let sum = 0
    for (const end = from + factor; from < end; from++) sum += samples[from] as number
    means[at] = sum / factor
  }
  return { samples: means, sampleRate: sampleRate / factor }
}
