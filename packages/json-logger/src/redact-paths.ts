import { shown } from './option-object.ts'

/** How far a value stands on the paths to redact: a state of the automaton made of all paths. */
export interface PathStep {
  /** Whether a path ends here: the value is secret. */
  readonly isEnd: boolean
  /** What is left of each path that leads through here, without those that have ended. */
  readonly rests: readonly Path[]
  /** Where each name goes that a rest begins with; made when first asked for, so bounded by the paths. */
  readonly named: Map<string, PathStep | undefined>
  /** Where every other name goes, by `*`. */
  other: PathStep | undefined | 'unknown'
}

/** One path: each member is a name, or `*` for any name. */
export type Path = readonly string[]

const ANY = '*'

/** One step: a name, `[0]`, `[*]`, or a name in quotes and brackets. */
const STEP = /(?:^|\.)([^.[\]"'\s]+)|\[(\d+|\*)\]|\["([^"]+)"\]|\['([^']+)'\]/y

/**
 * The steps of a path as users write it: `user.password`, `items[0].card`, `headers.*`, `headers["x-key"]`.
 * @throws TypeError where `text` is no such path.
 */
export function parsePath(option: string, text: unknown): Path {
  const path = typeof text === 'string' ? stepsOf(text) : []
  if (path.length > 0) return path
  throw new TypeError(`${option} must be a path such as user.password, items[0].card or headers.*, got ${shown(text)}`)
}

/** No steps where some of the text is none. */
function stepsOf(text: string): Path {
  const steps: string[] = []
  for (let from = 0; from < text.length; from = STEP.lastIndex) {
    STEP.lastIndex = from
    const found = STEP.exec(text)
    if (found === null) return []
    steps.push((found[1] ?? found[2] ?? found[3] ?? found[4]) as string)
  }
  return steps
}

/** Where all paths begin; nothing where there are none. */
export function pathsRoot(paths: readonly Path[]): PathStep | undefined {
  return stepOf(paths)
}

/** One step on by a key. O(1) but for the first time a name of a path is met. */
export function nextStep(at: PathStep, key: string): PathStep | undefined {
  const known = at.named.get(key)
  if (known !== undefined || at.named.has(key)) return known
  if (at.rests.some((rest) => rest[0] === key)) {
    const next = advance(at, key)
    at.named.set(key, next)
    return next
  }
  if (at.other === 'unknown') at.other = advance(at, ANY)
  return at.other
}

function advance(at: PathStep, key: string): PathStep | undefined {
  const rests = at.rests.filter((rest) => rest[0] === key || rest[0] === ANY)
  return stepOf(rests.map((rest) => rest.slice(1)))
}

function stepOf(paths: readonly Path[]): PathStep | undefined {
  if (paths.length === 0) return undefined
  const rests = paths.filter((path) => path.length > 0)
  return { isEnd: rests.length < paths.length, rests, named: new Map(), other: 'unknown' }
}
