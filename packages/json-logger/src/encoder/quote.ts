/**
 * Control characters (C0, DEL, C1), line separators, marks of writing direction, U+FEFF and lone surrogates: what moves
 * a terminal, begins a line where none is, or shows text in another order than it has.
 */
const UNSAFE = String.raw`\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}`

// The u flag makes \p{Cs} mean lone surrogates only: a pair is one character.
const NEEDS_ESCAPE = new RegExp(String.raw`["\\${UNSAFE}]`, 'u')
const UNSAFE_ONCE = new RegExp(`[${UNSAFE}]`, 'u')
const UNSAFE_EACH = new RegExp(`[${UNSAFE}]`, 'gu')
const NOT_BARE = new RegExp(String.raw`["'\x60=\\\s${UNSAFE}]`, 'u')

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * A JSON string literal that is safe on a terminal and never more than one line. Emoji and other scripts stay readable.
 * O(length); one regular expression where nothing has to be escaped.
 */
export function quote(text: string): string {
  if (isClean(text)) return `"${text}"`
  return JSON.stringify(text).replace(UNSAFE_EACH, escapeCharacter)
}

/** Whether a text stands in a JSON string as it is. */
export function isClean(text: string): boolean {
  return !NEEDS_ESCAPE.test(text)
}

/**
 * Text for people: unsafe characters as `\n`, `\r`, `\t` or `\uXXXX`, everything else (quotes and backslashes too) as it
 * is.
 */
export function escapeText(text: string): string {
  return UNSAFE_ONCE.test(text) ? text.replace(UNSAFE_EACH, escapeCharacter) : text
}

/** Text as the value of `key=value`: bare where it is one plain word, else quoted. */
export function textValue(text: string): string {
  return text === '' || NOT_BARE.test(text) ? quote(text) : text
}

/** Text that is escaped already as the value of `key=value`. */
export function quoteEscaped(escaped: string): string {
  return /[\s"=]/.test(escaped) ? `"${escaped.replaceAll('"', '\\"')}"` : escaped
}

function escapeCharacter(character: string): string {
  return SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
