import { type Threshold, thresholdSeverity } from './level.ts'
import { assertName } from './option-object.ts'

interface Rule {
  readonly matches: (name: string) => boolean
  /** Characters of a name that it pins down: the more, the more it has to say. */
  readonly weight: number
  readonly severity: number
}

/**
 * Which severity is the least for a logger of a name. A name rules its own logger and all below it (`app` rules `app.db`);
 * a glob rules what it matches (`undici.*`, `*.http`). Where several rule, the one that spells out the most characters wins.
 */
export class LevelRules {
  readonly #rules = new Map<string, Rule>()
  #otherwise: number

  /** @param otherwise for names that nothing rules */
  constructor(otherwise: number) {
    this.#otherwise = otherwise
  }

  /** Sets the severity of a name or glob, or of all that nothing else rules. */
  set(pattern: string | undefined, severity: number): void {
    if (pattern === undefined) {
      this.#otherwise = severity
      return
    }
    // To the end: of rules that spell out as much, the one set last wins.
    this.#rules.delete(pattern)
    this.#rules.set(pattern, ruleOf(pattern, severity))
  }

  severityFor(name: string): number {
    let best: Rule | undefined
    for (const rule of this.#rules.values()) {
      if (rule.weight >= (best?.weight ?? 0) && rule.matches(name)) best = rule
    }
    return best?.severity ?? this.#otherwise
  }
}

function ruleOf(pattern: string, severity: number): Rule {
  if (!pattern.includes('*')) {
    const below = `${pattern}.`
    // Half a point: a name wins over a glob that spells out as much.
    const weight = pattern.length + 0.5
    return { matches: (name) => name === pattern || name.startsWith(below), weight, severity }
  }
  const parts = pattern.split('*')
  return { matches: (name) => matchesGlob(name, parts), weight: pattern.replaceAll('*', '').length, severity }
}

/** Whether a name is the parts of a glob in their order with anything between them. O(name), whatever the glob is. */
function matchesGlob(name: string, parts: readonly string[]): boolean {
  const first = parts[0] as string
  const last = parts.at(-1) as string
  if (!name.startsWith(first)) return false
  let from = first.length
  for (const part of parts.slice(1, -1)) {
    const at = name.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  return name.length - last.length >= from && name.endsWith(last)
}

/** What a text such as `info,app.db=debug,undici.*=warn` says. */
export interface LevelWords {
  readonly level: Threshold | undefined
  readonly levels: Readonly<Record<string, Threshold>>
}

/**
 * Reads levels as `LOG_LEVEL` has them: one level for all, and `name=level` for names and globs, separated by commas.
 * @throws RangeError naming `option` where a word is no level.
 */
export function parseLevelWords(option: string, text: string): LevelWords {
  const levels: Record<string, Threshold> = Object.create(null) as Record<string, Threshold>
  let level: Threshold | undefined
  for (const word of text.split(',').map((part) => part.trim())) {
    if (word === '') continue
    const at = word.lastIndexOf('=')
    const threshold = word.slice(at + 1).trim()
    thresholdSeverity(option, threshold)
    if (at === -1) level = threshold as Threshold
    else levels[nameOf(option, word.slice(0, at))] = threshold as Threshold
  }
  return { level, levels }
}

function nameOf(option: string, word: string): string {
  const name = word.trim()
  assertName(`the name before '=' in ${option}`, name)
  return name
}
