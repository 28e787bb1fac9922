/** Reads JSON as RFC 8259 has it and refuses what JSON.parse lets pass: a key that stands twice in one object. */
export function strictParse(text: string): void {
  const reader = new StrictReader(text)
  reader.value()
  if (!reader.isAtEnd()) throw new SyntaxError('text goes on after the value')
}

// oxlint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

class StrictReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  value(): void {
    const first = this.#text[this.#at]
    if (first === '{') this.#object()
    else if (first === '[') this.#members(']', () => this.value())
    else this.#token(first === '"' ? STRING : SCALAR)
  }

  #object(): void {
    const keys = new Set<unknown>()
    this.#members('}', () => {
      const key: unknown = JSON.parse(this.#token(STRING))
      if (keys.has(key)) throw new SyntaxError(`the key ${String(key)} stands twice`)
      keys.add(key)
      this.#skip(':')
      this.value()
    })
  }

  #members(end: string, member: () => void): void {
    this.#at++
    if (this.#text[this.#at] === end) return this.#skip(end)
    member()
    while (this.#text[this.#at] === ',') {
      this.#at++
      member()
    }
    this.#skip(end)
  }

  #token(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const token = pattern.exec(this.#text)?.[0]
    if (token === undefined) throw new SyntaxError(`no value at ${this.#at}`)
    this.#at += token.length
    return token
  }

  #skip(character: string): void {
    if (this.#text[this.#at] !== character) throw new SyntaxError(`no ${character} at ${this.#at}`)
    this.#at++
  }
}
