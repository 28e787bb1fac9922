import type { TraceIds } from '../context.ts'
import { LEVELS } from '../level.ts'
import type { ErrorNames, MemberName, Members, Preset } from '../presets/preset.ts'
import { quote } from './quote.ts'

/** The member that says that a line was cut. */
export const TRUNCATED = 'truncated'

/** New names for members of a JSON line. */
export type Renames = Readonly<Partial<Record<MemberName, string | undefined>>>

/** A preset with the user's names, as pieces of text that only need to be joined: each member begins with its comma. */
export class Layout {
  /** What stands before and after the time, and its unit. */
  readonly timeOpen: string
  readonly timeClose: string
  readonly isIso: boolean
  /** `,"request_id":` */
  readonly requestId: string
  /** What opens and closes the object of the fields; both empty where they stand beside the other members. */
  readonly fieldsOpen: string
  readonly fieldsClose: string
  readonly errorNames: ErrorNames | undefined
  /** Names that no field may have. */
  readonly reserved: ReadonlySet<string>
  readonly #preset: Preset
  readonly #names: Names

  constructor(preset: Preset, renames: Renames) {
    const names = renamed(preset, renames)
    this.#preset = preset
    this.#names = names
    this.isIso = preset.time === 'iso'
    this.timeOpen = `{${quote(names.timestamp)}:"`
    this.timeClose = this.isIso ? 'Z"' : '000000"'
    this.requestId = `,${quote(names.request_id)}:`
    this.fieldsOpen = preset.attributes === undefined ? '' : `,${quote(preset.attributes)}:{`
    this.fieldsClose = preset.attributes === undefined ? '' : '}'
    this.errorNames = preset.error
    this.reserved = reservedNames(preset, names)
  }

  /** What stands between the time and the message, for each level in rising order. */
  heads(logger: string): readonly string[] {
    const name = this.#preset.messageFirst ? '' : this.#logger(logger)
    return LEVELS.map((level) => {
      return `${members(this.#preset.level(this.#names.level, level))}${name},${quote(this.#names.message)}:`
    })
  }

  /** What stands right after the message. */
  afterMessage(logger: string): string {
    return (this.#preset.messageFirst ? this.#logger(logger) : '') + members(this.#preset.constants)
  }

  trace(ids: TraceIds): string {
    return members(this.#preset.trace(ids))
  }

  #logger(logger: string): string {
    return members(this.#preset.logger(this.#names.logger, logger))
  }
}

const SOME_IDS: TraceIds = { traceId: '', spanId: '', flags: 0 }

type Names = Readonly<Record<MemberName, string>>

/** The names of a line's own members, where a line has fields beside them or around them. */
function ownNames(
  preset: Preset,
  names: Names,
): { readonly outside: readonly string[]; readonly besideFields: readonly string[] } {
  const { request_id, ...others } = names
  return {
    outside: [
      others.timestamp,
      others.logger,
      others.message,
      ...Object.keys(preset.level(names.level, 'info')),
      ...Object.keys(preset.constants),
      ...Object.keys(preset.trace(SOME_IDS)),
      ...(preset.attributes === undefined ? [] : [preset.attributes]),
      TRUNCATED,
    ],
    besideFields: [request_id, ...Object.values(preset.error ?? {})],
  }
}

function reservedNames(preset: Preset, names: Names): ReadonlySet<string> {
  const { outside, besideFields } = ownNames(preset, names)
  return new Set(preset.attributes === undefined ? [...outside, ...besideFields] : besideFields)
}

/** A name that two members of a line would have, if there is one. */
export function nameTwice(preset: Preset, renames: Renames): string | undefined {
  const { outside, besideFields } = ownNames(preset, renamed(preset, renames))
  const lists = preset.attributes === undefined ? [[...outside, ...besideFields]] : [outside, besideFields]
  return lists.flatMap((list) => list.filter((name, at) => list.indexOf(name) < at))[0]
}

function renamed(preset: Preset, renames: Renames): Names {
  return { ...preset.names, ...Object.fromEntries(Object.entries(renames).filter(([, name]) => name !== undefined)) }
}

function members(of: Members): string {
  return Object.entries(of)
    .map(([name, value]) => `,${quote(name)}:${typeof value === 'string' ? quote(value) : JSON.stringify(value)}`)
    .join('')
}
