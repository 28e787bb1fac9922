/** A contestant that is measured by subjects, each of which does one thing in its way. */
export interface SubjectContestant<Subjects> {
  readonly label: string
  /** Called in the process that measures it and nowhere else, so that no process holds the code of two libraries. */
  readonly load: () => Promise<{ readonly subjects: Readonly<Record<string, Partial<Subjects>>> }>
}

/**
 * Opens one subject of a contestant.
 * @param id What the subjects of the contestant are found by.
 * @throws Error where the contestant cannot do it.
 */
export async function openSubject<Subjects, Name extends keyof Subjects & string>(
  { label, load }: SubjectContestant<Subjects>,
  id: string,
  name: Name,
): Promise<Subjects[Name]> {
  const subject: Subjects[Name] | undefined = (await load()).subjects[id]?.[name]
  if (subject === undefined) throw new Error(`${label} has no subject '${name}'`)
  return subject
}
