/** A recording as the analysis wants it. */
export interface Recording {
  /** All channels mixed down to one by their mean; each sample from -1 to 1, full scale. Never empty. */
  readonly samples: Float32Array
  /** Samples per second. */
  readonly sampleRate: number
  /** How many channels were mixed down. */
  readonly channels: number
  /** Of the loudest sample of any channel, before the mix: 0 to 1. */
  readonly peak: number
  /** Part of the samples of all channels that stand at full scale, before the mix: 0 to 1. */
  readonly fullScaleRatio: number
}
