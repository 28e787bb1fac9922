import type { Found } from './versioned-entry.ts'
import { KeyHistory } from './key-history.ts'
import { keysOf, type Operation, type OperationPlan, operationAt } from './operation.ts'

/** What was begun and acknowledged of one directory, and so what may be found in it. */
export class WriteRecord {
  readonly #plan: OperationPlan
  readonly #histories: ReadonlyMap<string, KeyHistory>
  #next = 0

  constructor(plan: OperationPlan) {
    this.#plan = plan
    this.#histories = new Map(keysOf(plan).map((key) => [key, new KeyHistory()]))
  }

  /** All operations below are begun, or never will be. */
  get next(): number {
    return this.#next
  }

  of(key: string): KeyHistory {
    return this.#histories.get(key) as KeyHistory
  }

  /** All operations up to that number may have been begun; answers them. */
  beginUpTo(number: number): Operation[] {
    const begun: Operation[] = []
    for (; this.#next <= number; this.#next++) begun.push(operationAt(this.#plan, this.#next))
    for (const operation of begun) this.of(operation.key).begin(operation)
    return begun
  }

  /** Operations up to that number are left out: they never were begun. */
  skipTo(number: number): void {
    this.#next = Math.max(this.#next, number)
  }

  /** What an earlier life left. */
  adopt(key: string, number: number): void {
    this.of(key).adopt(number)
  }

  acknowledge(number: number): void {
    this.of(operationAt(this.#plan, number).key).acknowledge(number)
  }

  /** Whether that operation ever set the key. */
  wasSet(key: string, number: number): boolean {
    const operation = operationAt(this.#plan, number)
    return number < this.#next && operation.kind === 'set' && operation.key === key
  }

  /** What was read is there, as good as acknowledged: nothing older may be found from now on. */
  settle(key: string, found: Found): void {
    if (typeof found === 'number') this.of(key).acknowledge(found)
  }

  /** What is wrong with what was found, one sentence each. */
  complaints(found: Iterable<readonly [string, Found]>, mayBeGone: boolean): string[] {
    return [...found].flatMap(([key, each]) => this.of(key).complaint(key, each, mayBeGone) ?? [])
  }
}
