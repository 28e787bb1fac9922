/** What the recording itself tells: measured, no model asked. Times in seconds, levels in dBFS, pitches in hertz. */
export interface Acoustics {
  readonly durationSeconds: number
  readonly sampleRate: number
  readonly channels: number
  /** Root mean square over the whole recording, all channels mixed; silence is written as -120, which nothing is below. */
  readonly loudnessDbfs: number
  /** Of the loudest channel; never above 0. */
  readonly peakDbfs: number
  /** Part of the samples at full scale, 0 to 1, and whether that is heard as distortion. */
  readonly clippedRatio: number
  readonly isClipped: boolean
  /** Part of the time without speech, 0 to 1. Speech is what stands out from silence and noise, and has a voice in it. */
  readonly silenceRatio: number
  /** Silences within the speech that are long enough to be heard as pauses: the longest 1000, in the order of time. */
  readonly pauses: readonly Pause[]
  /** How many there are, those included that are not among the longest. */
  readonly pauseCount: number
  /** `undefined` where no voice was found. */
  readonly pitch: Pitch | undefined
  /** Syllables per minute of speech, silences not counted, estimated from the peaks of loudness; 0 without speech. */
  readonly syllablesPerMinute: number
  /** For pictures: at most 600 points each, evenly spread over the recording. */
  readonly curves: Curves
}

export interface Pause {
  readonly startSeconds: number
  readonly seconds: number
}

export interface Pitch {
  readonly medianHz: number
  /** 5th percentile. */
  readonly lowHz: number
  /** 95th percentile. */
  readonly highHz: number
  readonly rangeSemitones: number
}

export interface Curves {
  /** Peaks of the waveform, 0 to 1. */
  readonly waveform: readonly number[]
  /** Hertz; null where there is no voice. */
  readonly pitch: readonly (number | null)[]
}
