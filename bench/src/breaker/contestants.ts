import type { Subjects } from './subject.ts'

interface Contestant {
  readonly label: string
  /** Called in the process that measures it and nowhere else, so that no process holds the code of two libraries. */
  readonly load: () => Promise<{ readonly subjects: Readonly<Record<string, Partial<Subjects>>> }>
}

const bare = () => import('./contestants/bare.ts')
const floor = () => import('./contestants/floor.ts')
const ours = () => import('./contestants/ours.ts')
const opossum = () => import('./contestants/opossum.ts')
const cockatiel = () => import('./contestants/cockatiel.ts')
const mollitia = () => import('./contestants/mollitia.ts')
const pFamily = () => import('./contestants/p-family.ts')

/** Everything that is compared. */
export const CONTESTANTS = {
  bare: { label: 'no protection', load: bare },
  floor: { label: 'floor (hand-written)', load: floor },
  'floor-fast': { label: 'fast floor (hand-written)', load: floor },
  ours: { label: '@org/breaker', load: ours },
  'ours-100': { label: '@org/breaker, window of 100 calls', load: ours },
  'ours-100k': { label: '@org/breaker, window of 100,000 calls', load: ours },
  'ours-10s': { label: '@org/breaker, window of 10 s', load: ours },
  'ours-10ks': { label: '@org/breaker, window of 10,000 s', load: ours },
  opossum: { label: 'opossum', load: opossum },
  'opossum-tuned': { label: 'opossum, percentiles and snapshots off', load: opossum },
  'opossum-retry': { label: 'opossum + p-retry', load: opossum },
  cockatiel: { label: 'cockatiel', load: cockatiel },
  mollitia: { label: 'mollitia', load: mollitia },
  'p-limit': { label: 'p-limit', load: pFamily },
  'p-retry': { label: 'p-retry', load: pFamily },
  'p-timeout': { label: 'p-timeout', load: pFamily },
  'p-all': { label: 'p-retry + p-limit + p-timeout', load: pFamily },
} as const satisfies Readonly<Record<string, Contestant>>

export type ContestantId = keyof typeof CONTESTANTS

/**
 * Opens one subject of a contestant.
 * @throws Error where the contestant cannot do it.
 */
export async function subjectOf<S extends keyof Subjects>(id: ContestantId, name: S): Promise<Subjects[S]> {
  const { load }: Contestant = CONTESTANTS[id]
  const subject = (await load()).subjects[id]?.[name]
  if (subject === undefined) throw new Error(`${CONTESTANTS[id].label} has no subject '${name}'`)
  return subject
}
