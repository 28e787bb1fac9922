/** How Redis begins to say no to a write. */
const REFUSAL = /^(?:OOM|READONLY|NOREPLICAS|MISCONF|NOPERM) /
/** The same to a write of a script: 6.2 puts the place before it, and no code says that the rights of the user are too few. */
const REFUSAL_IN_SCRIPT =
  /^ERR (?:Error running script .*?: -(?:OOM|READONLY|NOREPLICAS|MISCONF) |.*The user executing the script can't |ACL failure in script)/

/** A part of a cluster is away, while the rest works: known at once, without a command. */
export class PartAwayError extends Error {
  override readonly name = 'PartAwayError'
}

/**
 * Whether an error is an answer of a Redis that works: it is full, read-only, without enough replicas or unable to save, these
 * commands are not ours to give, or a part of a cluster is away.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof PartAwayError) return true
  return error instanceof Error && (REFUSAL.test(error.message) || REFUSAL_IN_SCRIPT.test(error.message))
}
