/** A change of one row, or of all. */
export type SqliteWrite =
  | { readonly kind: 'set'; readonly key: string; readonly record: Buffer; readonly expiresAt: number }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'clear' }

/** What a write brings into the database, roughly. */
export function bytesOf(write: SqliteWrite): number {
  return write.kind === 'set' ? write.record.length : 0
}
