/** One turn of a conversation with a model. */
export interface ChatMessage {
  readonly role: 'system' | 'user'
  readonly content: string
}

/** A language model that can be asked. */
export interface Llm {
  /**
   * What the model answers: trimmed, never empty. Rejects where there is no such answer within the limits of a call, and with
   * the reason of `signal` once that is aborted.
   */
  complete(messages: readonly ChatMessage[], options?: { readonly signal?: AbortSignal | undefined }): Promise<string>
}
