import { types } from 'node:util'
import { assertOptions, shown } from './option-object.ts'
import { nextStep, parsePath, pathsRoot, type PathStep } from './redact-paths.ts'
import { matchesOf } from './redact-patterns.ts'
import { maskRanges } from './redact-ranges.ts'
import { mayHoldUrl, urlSecrets } from './redact-urls.ts'
import { normalKey, secretKeys } from './secret-keys.ts'

export type { PathStep } from './redact-paths.ts'

/** What must never stand in a line, and what stands there instead. Values are hidden while they are encoded. */
export interface RedactOptions {
  /** Keys that are secret at any depth, beside the default ones; case, `-`, `_`, `.` and spaces make no difference. */
  readonly keys?: readonly string[] | undefined
  /** Paths from the fields of a line on: `user.password`, `items[0].card`, `headers.*` (`*` is any one name). */
  readonly paths?: readonly string[] | undefined
  /** Whatever of a text matches is replaced: in messages, strings, numbers, keys and stacks. */
  readonly patterns?: readonly RegExp[] | undefined
  /** `'[redacted]'` by default. */
  readonly mask?: string | undefined
}

/** Answers what is secret. Never sees a value under a secret key, and keeps nothing of what it sees but keys, boundedly. */
export interface Redactor {
  readonly mask: string
  /** Where paths begin; `undefined` where there are none. */
  readonly root: PathStep | undefined
  /** Whether there are patterns: without, numbers need no scrubbing, and most texts only a glance. */
  readonly hasPatterns: boolean
  /** Whether what stands under this key is secret at any depth. Amortised O(1). */
  isSecretKey(key: string): boolean
  /** One step on by a key or an index; `undefined` where no path goes on. */
  step(at: PathStep | undefined, key: string): PathStep | undefined
  /** Whether the value here is secret, as a path ends. */
  isEnd(step: PathStep | undefined): boolean
  /**
   * The text with the mask in place of the secrets of its URLs and of all matches of patterns; the very same string where
   * there are none.
   */
  scrub(text: string): string
  /** Whether {@link Redactor.scrub} has to look closely. O(length), cheap. */
  mayScrub(text: string): boolean
}

const OPTIONS = ['keys', 'paths', 'patterns', 'mask']
const MASK = '[redacted]'

/** Hides nothing. */
const NOTHING: Redactor = {
  mask: MASK,
  root: undefined,
  hasPatterns: false,
  isSecretKey: () => false,
  step: () => undefined,
  isEnd: () => false,
  scrub: (text) => text,
  mayScrub: () => false,
}

/**
 * The redactor of a set-up: the default secret keys, the secrets in URLs and what `options` adds; `false` redacts nothing.
 * @throws TypeError naming the option, such as `redact.keys[0]`.
 */
export function createRedactor(options: RedactOptions | false | undefined): Redactor {
  if (options === false) return NOTHING
  if (options !== undefined) assertOptions('redact', options, OPTIONS)
  const { mask = MASK, ...lists } = options ?? {}
  if (typeof mask !== 'string') throw new TypeError(`redact.mask must be a string, got ${shown(mask)}`)
  return redactor(
    mask,
    pathsRoot(listOf('redact.paths', lists.paths).map((path, at) => parsePath(`redact.paths[${at}]`, path))),
    secretKeys(listOf('redact.keys', lists.keys).map((key, at) => ownKey(`redact.keys[${at}]`, key))),
    listOf('redact.patterns', lists.patterns).map((pattern, at) => ownPattern(`redact.patterns[${at}]`, pattern)),
  )
}

function redactor(
  mask: string,
  root: PathStep | undefined,
  isSecretKey: (key: string) => boolean,
  patterns: readonly RegExp[],
): Redactor {
  const hasPatterns = patterns.length > 0
  const mayScrub = hasPatterns ? () => true : mayHoldUrl
  return {
    mask,
    root,
    hasPatterns,
    isSecretKey,
    step: (at, key) => (at === undefined ? undefined : nextStep(at, key)),
    isEnd: (step) => step !== undefined && step.isEnd,
    scrub: (text) => {
      if (!mayScrub(text)) return text
      const inUrls = mayHoldUrl(text) ? urlSecrets(text, isSecretKey) : []
      return maskRanges(text, [...inUrls, ...matchesOf(text, patterns)], mask)
    },
    mayScrub,
  }
}

function listOf(option: string, list: unknown): readonly unknown[] {
  if (list === undefined) return []
  if (Array.isArray(list)) return list
  throw new TypeError(`${option} must be an array, got ${shown(list)}`)
}

function ownKey(option: string, key: unknown): string {
  if (typeof key === 'string' && normalKey(key) !== '') return key
  throw new TypeError(`${option} must be a string with a letter, a digit or the like in it, got ${shown(key)}`)
}

/** A copy that finds every match wherever it stands, so that the user's own keeps its state, and ours has none. */
function ownPattern(option: string, pattern: unknown): RegExp {
  if (!types.isRegExp(pattern)) throw new TypeError(`${option} must be a regular expression, got ${shown(pattern)}`)
  return new RegExp(pattern.source, `${pattern.flags.replaceAll(/[gy]/g, '')}g`)
}
