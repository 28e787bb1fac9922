/** What the reports call the contestants, by id. */
export type Labels = Readonly<Record<string, { readonly label: string }>>

/** A case as the reports tell it. */
export interface ContestCase {
  readonly id: string
  readonly title: string
  readonly contestants: readonly string[]
}
