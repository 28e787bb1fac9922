import { ownKey } from '../../key.ts'

/** What an invalidation does to the entries of a tag: `delete` ends them, `expire` makes them stale. Each has a stamp of its own. */
export type InvalidationMode = 'expire' | 'delete'

const EXPIRE: string = ownKey('expire:')
const DELETE: string = ownKey('delete:')

/** Where the stamp of a tag is kept. */
export function stampKey(tag: string, mode: InvalidationMode): string {
  return (mode === 'delete' ? DELETE : EXPIRE) + tag
}

/** Both stamps of each tag, in the order of the tags: first `delete`, then `expire`. */
export function stampKeys(tags: readonly string[]): readonly string[] {
  return tags.flatMap((tag) => [DELETE + tag, EXPIRE + tag])
}

/** The tag whose stamp is kept under this key, and which; `undefined` for any other key. */
export function stampOf(key: string): { readonly tag: string; readonly mode: InvalidationMode } | undefined {
  if (key.startsWith(DELETE)) return { tag: key.slice(DELETE.length), mode: 'delete' }
  if (key.startsWith(EXPIRE)) return { tag: key.slice(EXPIRE.length), mode: 'expire' }
  return undefined
}
