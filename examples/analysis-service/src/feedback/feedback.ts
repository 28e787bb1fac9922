/** What a speaker is told about a recording. */
export interface Feedback {
  readonly text: string
  /** `'llm'`: written by the model; `'fallback'`: made from the figures alone, because the model could not be asked. */
  readonly source: 'llm' | 'fallback'
}
