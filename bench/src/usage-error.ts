/** A command line that asks for something the bench does not have; its message is for the person at the terminal. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
