/** What one contestant takes in one case: medians over processes. */
export interface CostCell<CaseId extends string, ContestantId extends string> {
  readonly case: CaseId
  readonly contestant: ContestantId
  /** CPU nanoseconds of the whole process for one unit of work. */
  readonly cpuNs: number
  /** (max - min) / median over the processes. */
  readonly spread: number
  readonly processes: number
}

/** Answers what was found; NaN for what was not, so that all arithmetic with it says so too. */
export class CostFindings<
  CaseId extends string,
  ContestantId extends string,
  Cell extends CostCell<CaseId, ContestantId> = CostCell<CaseId, ContestantId>,
> {
  readonly #cells: ReadonlyMap<string, Cell>

  constructor(cells: readonly Cell[]) {
    this.#cells = new Map(cells.map((cell) => [placeOf(cell), cell]))
  }

  cell(caseId: CaseId, contestant: ContestantId): Cell | undefined {
    return this.#cells.get(placeOf({ case: caseId, contestant }))
  }

  cpuNs(caseId: CaseId, contestant: ContestantId): number {
    return this.cell(caseId, contestant)?.cpuNs ?? Number.NaN
  }

  /** What contestants are compared by: CPU time, unless the suite says otherwise. */
  cost(caseId: CaseId, contestant: ContestantId): number {
    return this.cpuNs(caseId, contestant)
  }

  /** How many times the cost of `below` the cost of the cheapest of `above` is. */
  ratio(caseId: CaseId, above: readonly ContestantId[], below: ContestantId): number {
    return this.#cheapest(caseId, above) / this.cost(caseId, below)
  }

  /** The other way round: how many times the cost of the cheapest of `below` the cost of `above` is. */
  toCheapest(caseId: CaseId, above: ContestantId, below: readonly ContestantId[]): number {
    return this.cost(caseId, above) / this.#cheapest(caseId, below)
  }

  #cheapest(caseId: CaseId, contestants: readonly ContestantId[]): number {
    return Math.min(...contestants.map((contestant) => this.cost(caseId, contestant)))
  }
}

/** A case and a contestant as one string. */
export function placeOf({ case: caseId, contestant }: { readonly case: string; readonly contestant: string }): string {
  return `${caseId}/${contestant}`
}
