/** One command under way, which a test lets go on by hand. */
export interface HeldCommand {
  /** Such as `fill a`. */
  readonly name: string
  /** The other side does it; without effect the second time. */
  takeEffect(): void
  /** The caller hears of it, after the effect. */
  answer(): void
  /** The caller hears of a fault. What had no effect yet may have it late: see {@link Wire.late}. */
  fail(): void
}

/**
 * What lies between a node and a store. Commands that a test holds have their effect and give their answer when it says so; others
 * do at once. A command whose caller was told of a fault, or died, may still be under way.
 */
export class Wire {
  readonly held: HeldCommand[] = []
  /** Effects that may still come, of commands that nobody waits for. */
  readonly late: (() => void)[] = []
  /** All commands begun so far. */
  readonly begun: string[] = []
  isCut = false
  readonly #log: (line: string) => void
  #isDead = false
  #holds: (name: string) => boolean = () => false

  constructor(log: (line: string) => void = () => {}) {
    this.#log = log
  }

  /** From now on holds what begins with one of these; nothing where called without. What is held already stays so. */
  hold(...names: readonly string[]): void {
    this.#holds = (name) => names.some((each) => name.startsWith(each))
  }

  /** From now on holds what this says. */
  holdIf(isHeld: (name: string) => boolean): void {
    this.#holds = isHeld
  }

  /** The oldest command held that begins so. */
  next(name: string): HeldCommand {
    const found = this.held.find((command) => command.name.startsWith(name))
    if (found === undefined) throw new Error(`no ${name} is held, only ${this.begun.join(', ')} was begun`)
    return found
  }

  count(name: string): number {
    return this.begun.filter((each) => each.startsWith(name)).length
  }

  run<T>(name: string, effect: () => T): Promise<T> {
    if (this.#isDead) return new Promise(() => {})
    if (this.isCut) return Promise.reject(new Error('cut'))
    this.begun.push(name)
    this.#log(`sends ${name}`)
    const noted = (): T => {
      const result = effect()
      this.#log(`${name} takes effect: ${shown(result)}`)
      return result
    }
    return this.#holds(name) ? this.#hold(name, noted) : Promise.resolve(noted())
  }

  /** Who sent them is gone: they may have their effect, but nobody hears of it. */
  die(): void {
    this.#isDead = true
    for (const command of this.held.splice(0)) this.late.push(() => command.takeEffect())
  }

  #hold<T>(name: string, effect: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let done: { readonly result: T } | undefined
      const takeEffect = (): void => {
        done ??= { result: effect() }
      }
      const release = (): void => {
        const at = this.held.indexOf(command)
        if (at >= 0) this.held.splice(at, 1)
      }
      const command: HeldCommand = {
        name,
        takeEffect,
        answer: () => {
          takeEffect()
          release()
          this.#log(`hears of ${name}`)
          resolve((done as { readonly result: T }).result)
        },
        fail: () => {
          release()
          this.#log(`hears of a fault of ${name}`)
          this.late.push(takeEffect)
          reject(new Error(`${name} failed on command`))
        },
      }
      this.held.push(command)
    })
  }
}

function shown(result: unknown): string {
  return JSON.stringify(result) ?? 'nothing'
}
