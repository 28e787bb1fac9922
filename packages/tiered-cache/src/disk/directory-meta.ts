import { constants } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { codeOf } from './disk-error.ts'
import { isPlainFile, removePath } from './owner-path.ts'
import type { SegmentMark } from './segment-mark.ts'
import { replaceSynced, writeSynced } from './synced-file.ts'

/** What an owner's directory says of itself, in its file `meta`. */
export interface DirectoryMeta {
  /** Seeds the hashes of keys, 32 bits. */
  readonly seed: number
  /** Of the machine as its data was written, or as an owner has since said that it can be used. */
  readonly bootId: string
  /** Epoch milliseconds of the last write of this. */
  readonly writtenAt: number
  /** What was acknowledged has reached the disk, and does so: a loss of power takes none of it. */
  readonly isSynced: boolean
  /** Where its last owner closed it: how its log ended. */
  readonly cleanMark: SegmentMark | null
}

/** Its last owner closed it. */
export function isClean({ cleanMark }: Pick<DirectoryMeta, 'cleanMark'>): boolean {
  return cleanMark !== null && cleanMark !== undefined
}

const NAME = 'meta'
const TEMPORARY_NAME = 'meta.tmp'
/** Of the layout of the directory; its files keep their names in all versions, so that older code can remove them. */
const FORMAT = 'tiered-cache disk 1'
/** All are as long, so that a full disk takes it in the place of the last. */
const LENGTH = 512
const NO_ROOM = ['ENOSPC', 'EDQUOT']
/** Windows has none. */
const NO_LINK = constants.O_NOFOLLOW ?? 0

/** `undefined` where there is none, or one that is damaged, foreign or of another version. Rejects where the disk fails. */
export async function readMeta(path: string): Promise<DirectoryMeta | undefined> {
  try {
    if (!(await isPlainFile(join(path, NAME)))) return undefined
    return parsed(await readFile(join(path, NAME), 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Writes it to the disk: whole, or not at all. On a full disk in the place of the last: cut off there, it is damaged. Whatever lies at
 * its names leaves; nothing is written through a link.
 */
export async function writeMeta(path: string, meta: Omit<DirectoryMeta, 'writtenAt'>): Promise<void> {
  const text = textOf({ ...meta, writtenAt: Date.now() })
  try {
    await replaceSynced(join(path, NAME), join(path, TEMPORARY_NAME), text)
  } catch (error) {
    if (!NO_ROOM.includes(codeOf(error))) throw error
    await writeSynced(join(path, NAME), constants.O_RDWR | NO_LINK, text).catch(() => {
      throw error
    })
  }
}

/** Without it nobody takes a directory over. */
export async function removeMeta(path: string): Promise<void> {
  await removePath(join(path, NAME))
}

/** A line of JSON and, in the last one, its checksum. */
function textOf(meta: DirectoryMeta): string {
  const json = JSON.stringify({ format: FORMAT, ...meta })
  return `${`${json}\n${crc32(json)}\n`.padEnd(LENGTH - 1)}\n`
}

function parsed(text: string): DirectoryMeta | undefined {
  const [json = '', checksum = ''] = text.split('\n')
  if (text.length !== LENGTH || String(crc32(json)) !== checksum) return undefined
  const { format, ...meta } = JSON.parse(json) as DirectoryMeta & { readonly format: string }
  return format === FORMAT ? meta : undefined
}
