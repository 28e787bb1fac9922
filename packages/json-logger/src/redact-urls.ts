import type { Range } from './redact-ranges.ts'

/**
 * User and password before the `@`, as far as the host. A password with `/`, `?` or `#` in it makes the URL wrong, and
 * just such a one stands in the error that says so: what follows a colon and is no port is taken for a password too, for a
 * bounded stretch, or many colons would take quadratic time.
 */
const CREDENTIALS = /:\/\/(?:[^\s"<>/?#]*@|(?!\[)[^\s"<>/?#@:]*:(?!\d*(?:[\s"<>/?#]|$))[^\s"<>]{0,256}@)/g

/** The name of a parameter of a query, of a fragment, or behind a `;`. */
const PARAMETER = /[?&#;]([^\s"<>=&#?;]{1,128})=/g
const VALUE = /[^\s"<>&#]*/y

/** Whether a text may have a URL with a secret in it: a cheap look at what nearly all texts have not. O(length). */
export function mayHoldUrl(text: string): boolean {
  if (text.includes('@') && text.includes('://')) return true
  return text.includes('=') && (text.includes('?') || text.includes('://'))
}

/** Credentials and secret parameters of all URLs in a text, relative ones with a query as well. O(length). */
export function urlSecrets(text: string, isSecretKey: (key: string) => boolean): Range[] {
  const ranges: Range[] = []
  for (const { 0: found, index } of text.matchAll(CREDENTIALS)) {
    if (found.length > '://@'.length) ranges.push([index + '://'.length, index + found.length - 1])
  }
  PARAMETER.lastIndex = 0
  for (let found = PARAMETER.exec(text); found !== null; found = PARAMETER.exec(text)) {
    if (!isSecretKey(decoded(found[1] as string))) continue
    VALUE.lastIndex = PARAMETER.lastIndex
    const length = VALUE.exec(text)?.[0].length ?? 0
    if (length > 0) ranges.push([VALUE.lastIndex - length, VALUE.lastIndex])
    PARAMETER.lastIndex = VALUE.lastIndex
  }
  return ranges
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
