import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Case } from './cases.ts'
import type { Place } from './subject.ts'

const MIB = 1024 ** 2

/** Where a contestant writes in a case: `app.log` in the folder, or the null device. */
export function placeIn(folder: string, { place, isNull }: Pick<Case, 'place' | 'isNull'>): Place {
  const path = isNull ? '/dev/null' : join(folder, 'app.log')
  return { kind: place, path, maxFileBytes: 10 * MIB, backups: 5 }
}

/** Runs `work` with an empty folder under `parent`, which is gone afterwards. */
export async function withFolder<T>(parent: string, work: (folder: string) => Promise<T>): Promise<T> {
  folders++
  const folder = join(parent, String(folders))
  mkdirSync(folder)
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

let folders = 0
