import { isUtf8 } from 'node:buffer'

/** In the place of bytes that are no UTF-8; a text may also hold it as itself. */
const REPLACEMENT = '\ufffd'

/**
 * The text of bytes in UTF-8.
 * @throws Error where they are something else
 */
export function utf8Text(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = buffer.toString('utf8')
  // Looked for first: V8 keeps a text without it in one byte a character, and then knows the answer at once.
  if (text.includes(REPLACEMENT) && !isUtf8(bytes)) throw new Error('the bytes are not UTF-8')
  return text
}
