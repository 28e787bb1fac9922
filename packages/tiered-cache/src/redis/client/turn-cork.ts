import type { Writable } from 'node:stream'

/**
 * Holds streams back until the turn of the loop ends, so that all that is written to one in that turn leaves in one piece. Corks
 * are counted: whoever else writes to the stream is not disturbed.
 */
export class TurnCork {
  readonly #corked = new Set<Writable>()
  readonly #end = (): void => {
    for (const stream of this.#corked) stream.uncork()
    this.#corked.clear()
  }

  hold(stream: Writable | undefined): void {
    if (stream === undefined || this.#corked.has(stream)) return
    if (this.#corked.size === 0) process.nextTick(this.#end)
    this.#corked.add(stream)
    stream.cork()
  }
}
