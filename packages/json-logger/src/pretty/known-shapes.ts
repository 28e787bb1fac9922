import { LEVELS, type Level } from '../level.ts'
import { PLAIN, type Preset } from '../presets/preset.ts'
import { PRESETS } from '../presets/presets.ts'

/**
 * What a member of a JSON line is, where its name alone tells: `head` is shown before the message, `request` and `trace` behind the
 * fields, `constant` not at all, `error` is a part of the line's error, `fields` is the object of the fields.
 */
type MemberRole = 'head' | 'request' | 'trace' | 'constant' | 'error' | 'fields'

/** A shape of JSON lines that the logger writes, and the roles of its members. */
export interface KnownShape {
  readonly preset: Preset
  /** Of the line's own members. */
  readonly roles: ReadonlyMap<string, MemberRole>
  /** Of what stands among the fields; the same map where these stand beside the other members. */
  readonly fieldRoles: ReadonlyMap<string, MemberRole>
}

const SHAPES: readonly KnownShape[] = [PLAIN, ...Object.values(PRESETS)].map(shapeOf)
const BY_BEGINNING: ReadonlyMap<string, KnownShape> = new Map(SHAPES.map((shape) => [beginningOf(shape), shape]))

/** Severities by the word that a shape has for them; where two levels share one, it is the level of that name. */
const LEVEL_WORDS: ReadonlyMap<string, Level> = levelWords()

/**
 * The shape of a line by its first two names, time and level: a field that is called like a member of another shape misleads
 * nobody. A line whose members somebody sorted is of the first shape that has all it needs.
 */
export function shapeOfLine(line: object): KnownShape | undefined {
  let first: string | undefined
  for (const name in line) {
    // Names that are whole numbers come before all others, wherever they stood.
    if (/^\d/.test(name)) continue
    if (first === undefined) first = name
    else {
      const shape = BY_BEGINNING.get(`${first} ${name}`)
      return shape ?? SHAPES.find((known) => hasHead(line, known))
    }
  }
  return undefined
}

/** The level that a word stands for in any shape, in any case. */
export function levelOfWord(word: string): Level | undefined {
  return LEVEL_WORDS.get(word) ?? LEVEL_WORDS.get(word.toLowerCase())
}

function shapeOf(preset: Preset): KnownShape {
  const { names, attributes } = preset
  const own = new Map<string, MemberRole>()
  const fields = attributes === undefined ? own : new Map<string, MemberRole>()
  const give = (to: Map<string, MemberRole>, role: MemberRole, list: readonly string[]): void => {
    for (const name of list) to.set(name, role)
  }
  give(own, 'constant', Object.keys(preset.constants))
  give(own, 'trace', Object.keys(preset.trace({ traceId: '', spanId: '', flags: 0 })))
  give(own, 'head', [names.timestamp, names.logger, names.message, ...Object.keys(preset.level(names.level, 'info'))])
  give(fields, 'request', [names.request_id])
  give(fields, 'error', Object.values(preset.error ?? {}))
  if (attributes !== undefined) give(own, 'fields', [attributes])
  return { preset, roles: own, fieldRoles: fields }
}

function beginningOf({ preset: { names } }: KnownShape): string {
  return `${names.timestamp} ${names.level}`
}

function hasHead(line: object, { preset: { names } }: KnownShape): boolean {
  return [names.timestamp, names.level, names.logger, names.message].every((name) => Object.hasOwn(line, name))
}

function levelWords(): Map<string, Level> {
  const words = new Map<string, Level>(LEVELS.map((level) => [level, level]))
  for (const { preset } of SHAPES) {
    for (const level of LEVELS) {
      const word = preset.level('level', level).level
      if (typeof word === 'string' && !words.has(word.toLowerCase())) words.set(word.toLowerCase(), level)
    }
  }
  return words
}
