import { closeSync, createReadStream, createWriteStream, fstatSync, openSync, type BigIntStats } from 'node:fs'

/**
 * Writes the compressed form of a file to `target`, with its permissions and times, safe on the disk. Answers the bytes
 * that were read, or `undefined` where `source` is not, or no longer, the file with that inode.
 * @throws what the file system throws, and where `target` is there already
 */
export async function gzipFile(source: string, inode: bigint, target: string): Promise<number | undefined> {
  // Most programs never rotate: they do not pay for loading these.
  const { chmod, utimes } = await import('node:fs/promises')
  const { createGzip } = await import('node:zlib')
  const { pipeline } = await import('node:stream/promises')
  const opened = openIfSame(source, inode)
  if (opened === undefined) return undefined
  const plain = createReadStream('', { fd: opened.file, start: 0 })
  // Flushed, so that after a power cut no empty file stands where a backup was.
  await pipeline(plain, createGzip(), createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true }))
  await chmod(target, Number(opened.stats.mode) & 0o777)
  // The limit on age goes by the last line, not by the compression.
  await utimes(target, opened.stats.atime, opened.stats.mtime)
  return plain.bytesRead
}

function openIfSame(path: string, inode: bigint): { readonly file: number; readonly stats: BigIntStats } | undefined {
  const file = openIfThere(path)
  if (file === undefined) return undefined
  const stats = fstatSync(file, { bigint: true })
  if (stats.ino === inode) return { file, stats }
  closeSync(file)
  return undefined
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
