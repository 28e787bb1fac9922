import { once } from 'node:events'

/** Where the text goes: one write after the other, no faster than it is read. */
export class TextOutput {
  readonly #stream: NodeJS.WritableStream

  /** @param onFault told when nothing can be written any more; the reader may have gone, `EPIPE` */
  constructor(stream: NodeJS.WritableStream, onFault: (code: string | undefined) => void) {
    this.#stream = stream
    stream.on('error', (error: NodeJS.ErrnoException) => onFault(error.code))
  }

  /** Resolves when there is room for more. */
  async write(text: string): Promise<void> {
    if (text !== '' && !this.#stream.write(text)) await once(this.#stream, 'drain')
  }
}
