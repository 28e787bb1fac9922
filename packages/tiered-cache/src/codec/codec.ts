/**
 * Turns values into bytes and back. `decode(encode(value))` gives an equal value of the same types.
 * `id` is written beside the bytes: 0 to 127 belong to this package, yours are above.
 */
export interface Codec {
  readonly id: number
  readonly name: string
  /** @throws UnstorableValueError for a value that would come back changed. */
  encode(value: unknown): Uint8Array
  /** @throws Error of any kind for bytes that it did not write: the tier reads that as a miss. */
  decode(bytes: Uint8Array): unknown
}
