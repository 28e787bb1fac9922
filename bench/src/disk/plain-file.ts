import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Store } from './store.ts'

const SCRATCH_BYTES = 1024 ** 2

/** Values one behind the other in a file, each read into the same memory and its checksum taken: no store that checks can be faster. */
export class PlainFile implements Store {
  readonly #file: number
  readonly #places = new Map<string, { readonly at: number; readonly length: number; readonly sum: number }>()
  readonly #scratch = Buffer.alloc(SCRATCH_BYTES)
  #end = 0

  constructor(directory: string) {
    this.#file = openSync(join(directory, 'plain'), 'w+')
  }

  /** Shares its memory with every other answer. */
  get(key: string): Uint8Array | undefined {
    const place = this.#places.get(key)
    if (place === undefined) return undefined
    readSync(this.#file, this.#scratch, 0, place.length, place.at)
    const value = this.#scratch.subarray(0, place.length)
    return crc32(value) === place.sum ? value : undefined
  }

  set(key: string, value: Uint8Array): void {
    writeSync(this.#file, value, 0, value.length, this.#end)
    this.#places.set(key, { at: this.#end, length: value.length, sum: crc32(value) })
    this.#end += value.length
  }

  close(): void {
    closeSync(this.#file)
  }
}
