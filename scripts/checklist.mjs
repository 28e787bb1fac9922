/** Runs named checks one after another, prints a line for each, and goes on after a failure. */
export class Checklist {
  #passed = 0
  #failed = 0

  /** Runs `check`; what it answers is printed beside its name. Answers whether it passed. */
  async check(name, check) {
    const begun = performance.now()
    try {
      const detail = await check()
      this.#passed++
      console.log(`ok    ${name}${detail ? `: ${detail}` : ''} (${Math.round(performance.now() - begun)} ms)`)
      return true
    } catch (error) {
      this.#failed++
      console.log(`FAIL  ${name}\n${indent(error instanceof Error ? error.message : String(error))}`)
      return false
    }
  }

  /** Prints the sum, and makes the process end with code 1 where a check failed. */
  finish(what) {
    console.log(`${what}: ${this.#passed} ok, ${this.#failed} failed`)
    if (this.#failed > 0) process.exitCode = 1
  }
}

function indent(text) {
  return text.replaceAll(/^/gm, '      ')
}
