/**
 * A recording that cannot be analysed, whatever is wrong with it: no WAV, damaged, cut off, empty, or in a format that is not
 * supported. The message is written for whoever uploaded it.
 */
export class UnreadableAudioError extends Error {
  override readonly name = 'UnreadableAudioError'
  readonly code = 'ERR_AUDIO_UNREADABLE'
}
