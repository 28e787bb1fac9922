import type { OpenSubject } from './subject.ts'

interface Contestant {
  readonly label: string
  /** Called in the process that measures it and nowhere else. */
  readonly load: () => Promise<{ readonly open: OpenSubject }>
}

/** Who is put through a fault. */
export const CONTESTANTS = {
  ours: { label: '@org/tiered-cache', load: () => import('./contestants/ours.ts') },
  bentocache: { label: 'bentocache', load: () => import('./contestants/bentocache.ts') },
} as const satisfies Readonly<Record<string, Contestant>>

export type ContestantId = keyof typeof CONTESTANTS
