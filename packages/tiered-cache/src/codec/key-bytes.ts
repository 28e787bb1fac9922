const END_OF_ASCII = 0x80

/** Whether the bytes from `at` to `end`, UTF-16 where `isWide` and else UTF-8, are this key. O(its length). */
export function isKey(key: string, buffer: Buffer, at: number, end: number, isWide: boolean): boolean {
  if (isWide) return buffer.toString('utf16le', at, end) === key
  // A byte for each character: ASCII, or another key. Most keys are, and a string of the bytes costs as much as the rest of a header.
  return end - at === key.length ? isAscii(key, buffer, at) : buffer.toString('utf8', at, end) === key
}

/** Whether the key is in ASCII and those bytes are it. */
function isAscii(key: string, buffer: Buffer, at: number): boolean {
  for (let index = 0; index < key.length; index++) {
    const code = key.charCodeAt(index)
    if (code >= END_OF_ASCII || code !== buffer[at + index]) return false
  }
  return true
}
