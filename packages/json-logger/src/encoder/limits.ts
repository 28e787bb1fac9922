import { quote } from './quote.ts'

/** Containers inside containers that are shown; deeper ones are a mark. */
export const MAX_DEPTH = 8

/** Members of one container that are shown; the last one says how many more there are. */
export const MAX_WIDTH = 100

/** Characters of a key, or of the name of a class, that are shown. */
export const MAX_NAME = 256

/** A string is never cut below this many characters: the mark alone would be as long. */
const LEAST_TEXT = 64

/** Text of at most about `most` characters; what is cut off is counted in a mark. Never ends in half a character. */
export function cutText(text: string, most: number): string {
  return text.length <= most ? text : cutAt(text, most)
}

/** A JSON string literal of at most about `most` characters, escapes counted as they are written. */
export function quoteWithin(text: string, most: number): string {
  const room = Math.max(LEAST_TEXT, Math.floor(most))
  let kept = Math.min(text.length, room)
  let quoted = kept === text.length ? quote(text) : quote(cutAt(text, kept))
  // An escape is six characters for one: take as many fewer as the text is too long, until it fits.
  while (quoted.length > room + LEAST_TEXT && kept > 0) {
    kept = Math.max(0, Math.floor((kept * room) / quoted.length) - 1)
    quoted = quote(cutAt(text, kept))
  }
  return quoted
}

function cutAt(text: string, length: number): string {
  const end = length > 0 && isPair(text, length - 1) ? length - 1 : length
  return `${text.slice(0, end)}... [${text.length - end} more characters]`
}

function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at)
  const low = text.charCodeAt(at + 1)
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff
}
