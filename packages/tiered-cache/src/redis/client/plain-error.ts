const HIDDEN = '***'
/** Redis before 6 answers `HELLO 3 AUTH user password` so, and any Redis an AUTH that was renamed. */
const QUOTED_ARGUMENTS = /,? with args beginning with:[^]*/

/**
 * An error of a client or of Redis, safe to log: its text without `secrets` and without what a command was given, its `code` where
 * it has one, and nothing else. Clients hang whole commands on their errors, with values and passwords.
 */
export function plainError(error: unknown, secrets: readonly string[] = []): Error {
  let text = textOf(error).replace(QUOTED_ARGUMENTS, '')
  for (const secret of secrets) text = text.replaceAll(secret, HIDDEN)
  const plain = new Error(text)
  const code = codeOf(error)
  return code === undefined ? plain : Object.assign(plain, { code })
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the Redis client failed'
  // Node gives an AggregateError without a text where a name has several addresses and none answers.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(textOf).join('; ')
  return error.message
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : undefined
}
