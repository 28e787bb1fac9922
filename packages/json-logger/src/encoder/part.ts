/** A text in one piece: what is kept to stand in many lines must not be put together again in each. */
export function flat(...pieces: readonly string[]): string {
  return pieces.join('')
}

/** One encoded member. */
export interface Piece {
  /** `,"name":value` */
  readonly json: string
  /** ` name=value` */
  readonly text: string
}

/** Encoded members that come with every line of a logger or of a request; by their names as the user wrote them. */
export interface Part {
  readonly json: string
  readonly text: string
  readonly pieces: ReadonlyMap<string, Piece>
}

export const EMPTY_PART: Part = { json: '', text: '', pieces: new Map() }

export function partOf(pieces: ReadonlyMap<string, Piece>): Part {
  const all = [...pieces.values()]
  return { json: all.map((piece) => piece.json).join(''), text: all.map((piece) => piece.text).join(''), pieces }
}

/** `outer` without the names that `inner` has too. */
export function without(outer: Part, inner: { has(name: string): boolean }): Part {
  if (outer.pieces.size === 0) return outer
  const left = [...outer.pieces].filter(([name]) => !inner.has(name))
  return left.length === outer.pieces.size ? outer : partOf(new Map(left))
}
