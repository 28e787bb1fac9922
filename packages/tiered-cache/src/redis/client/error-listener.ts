/** What emits errors, as every client does. */
export interface ErrorEmitter {
  on(event: 'error', listener: (error: Error) => void): unknown
  listeners(event: 'error'): readonly unknown[]
}

// One for all clients: a client tells by it whether it was given one before.
const ignore = (): void => {}

/**
 * Sees to it that a client has an `error` listener of ours, since without any an emitted error ends the process. One, however
 * often it is asked: tier and bus may share the client. What is emitted comes to whoever waits for a command as well.
 */
export function listenToErrors(client: ErrorEmitter): void {
  if (!client.listeners('error').includes(ignore)) client.on('error', ignore)
}
