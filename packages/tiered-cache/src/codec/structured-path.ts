/** One step down into a value: a property, an index, or a way into a Map or Set. */
export type Step = string | number | CollectionStep

/** A step into a Map or Set: by key where that can be written, else by position. */
export interface CollectionStep {
  readonly way: 'get' | 'keys' | 'values'
  readonly key: unknown
}

const MAX_NAME = 64
const FIRST_STEPS = 12
const LAST_STEPS = 8
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u

/** The way into the value of a Map under `key`. */
export function mapStep(key: unknown, position: number): CollectionStep {
  const writable = key === null || (typeof key !== 'object' && typeof key !== 'function' && typeof key !== 'symbol')
  return writable ? { way: 'get', key } : { way: 'values', key: position }
}

/** The steps as one writes them in JavaScript, from `$`: `$.user.tags[3]`, `$.byName.get("k")`. Long ones are cut. */
export function pathText(steps: readonly Step[]): string {
  if (steps.length <= FIRST_STEPS + LAST_STEPS) return `$${steps.map(stepText).join('')}`
  const first = steps.slice(0, FIRST_STEPS).map(stepText).join('')
  const last = steps.slice(-LAST_STEPS).map(stepText).join('')
  return `$${first}...(${steps.length - FIRST_STEPS - LAST_STEPS} more)${last}`
}

/** A name of any length, cut to what a message can hold. */
export function shortened(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME)}...`
}

function stepText(step: Step): string {
  if (typeof step === 'number') return `[${step}]`
  if (typeof step === 'string') return IDENTIFIER.test(step) ? `.${shortened(step)}` : `[${quoted(step)}]`
  if (step.way === 'get') return `.get(${keyText(step.key)})`
  return `.${step.way}()[${String(step.key)}]`
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return quoted(key)
  return typeof key === 'bigint' ? `${shortened(String(key))}n` : String(key)
}

function quoted(name: string): string {
  return JSON.stringify(shortened(name))
}
