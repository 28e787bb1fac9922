/** What the reports call the contestants, by id. */
export type Labels = Readonly<Record<string, { readonly label: string }>>

/** A case as the reports tell it. */
export interface ContestCase {
  readonly id: string
  readonly title: string
  readonly contestants: readonly string[]
}

/** What a reader calls a contestant; its id where it has no label. */
export function labelOf(labels: Labels, contestant: string): string {
  return labels[contestant]?.label ?? contestant
}
