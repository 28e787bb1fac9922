/** Named values of one line. */
export interface Fields {
  readonly [name: string]: unknown
}
