import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Random } from '@org/testkit'
import { filesBelow, type TreeFile } from './directory-tree.ts'
import type { Image } from './image.ts'

/** Does something to the files of a directory. */
type Mutation = (files: readonly [TreeFile, ...TreeFile[]], random: Random, directory: string, image: Image) => void

const BLOCK = 4096
const HEADER_BYTES = 24
const MOST_GARBAGE = 20_000

const flipBits: Mutation = (files, random) => {
  const { path, bytes } = random.pick(files)
  if (bytes === 0) return
  const content = readFileSync(path)
  for (let flips = random.int(1, 4); flips > 0; flips--) flip(content, random.int(0, bytes - 1), random)
  writeInto(path, 0, content)
}

/** Version and lengths are at the front. */
const flipHeader: Mutation = (files, random) => {
  const { path, bytes } = random.pick(files)
  const content = readFileSync(path)
  if (bytes > 0) flip(content, random.int(0, Math.min(bytes, HEADER_BYTES) - 1), random)
  writeInto(path, 0, content)
}

const raiseByte: Mutation = (files, random) => {
  const { path, bytes } = random.pick(files)
  const content = readFileSync(path)
  const at = random.int(0, Math.max(0, Math.min(bytes, HEADER_BYTES) - 1))
  if (bytes > 0) content[at] = ((content[at] as number) + 1) % 256
  writeInto(path, 0, content)
}

const truncate: Mutation = (files, random) => {
  const { path, bytes } = random.pick(files)
  truncateSync(path, random.chance(0.1) ? 0 : random.int(0, bytes))
}

const zeroBlocks: Mutation = (files, random) => {
  const { path, bytes } = random.pick(files)
  if (bytes === 0) return
  for (let blocks = random.int(1, 3); blocks > 0; blocks--) {
    const at = BLOCK * random.int(0, Math.floor((bytes - 1) / BLOCK))
    writeInto(path, at, Buffer.alloc(Math.min(BLOCK, bytes - at)))
  }
}

/** As a disk that lost the end of a file, but not its length. */
const zeroTail: Mutation = (files, random) => {
  const { path, bytes } = random.pick(files)
  const at = random.int(0, bytes)
  writeInto(path, at, Buffer.alloc(bytes - at))
}

const garbage: Mutation = (files, random) => {
  const { path, bytes } = random.pick(files)
  const at = random.chance(0.3) ? 0 : random.int(0, bytes)
  writeInto(path, at, noise(random, random.chance(0.3) ? bytes - at : Math.min(bytes - at, random.int(1, 64))))
}

const appendGarbage: Mutation = (files, random) => {
  appendFileSync(random.pick(files).path, noise(random, random.int(1, MOST_GARBAGE)))
}

/** The right bytes in the wrong place. */
const moveBlock: Mutation = (files, random) => {
  const [from, to] = [random.pick(files), random.pick(files)]
  const length = random.int(1, Math.max(1, Math.min(from.bytes, 2 * BLOCK)))
  const begin = random.int(0, from.bytes - Math.min(length, from.bytes))
  writeInto(to.path, random.int(0, to.bytes), readFileSync(from.path).subarray(begin, begin + length))
}

const swapFiles: Mutation = (files, random) => {
  const [one, other] = [random.pick(files).path, random.pick(files).path]
  renameSync(one, `${one}.swap`)
  if (existsSync(other)) renameSync(other, one)
  renameSync(`${one}.swap`, other)
}

const duplicateFile: Mutation = (files, random) => {
  const { path } = random.pick(files)
  copyFileSync(
    path,
    join(
      dirname(path),
      basename(path).replace(/\d+|^/, () => String(random.int(0, 40))),
    ),
  )
}

const removeFile: Mutation = (files, random) => {
  rmSync(random.pick(files).path)
}

/** All of one kind, such as all hints. */
const removeKind: Mutation = (files, random) => {
  const kind = kindOf(random.pick(files))
  for (const file of files) if (kindOf(file) === kind) rmSync(file.path)
}

const restoreEarlier: Mutation = (_files, random, directory, { earlier }) => {
  if (earlier.length === 0) return
  const [path, content] = random.pick(earlier)
  mkdirSync(dirname(join(directory, path)), { recursive: true })
  writeFileSync(join(directory, path), content)
}

const addForeign: Mutation = (files, random) => {
  const { path } = random.pick(files)
  const name = basename(path).replace(/\d+|$/, () => String(random.int(0, 1_000_000)))
  const target = join(dirname(path), random.chance(0.5) ? name : random.pick(FOREIGN_NAMES))
  if (existsSync(target)) return
  const kind = random.int(0, 3)
  if (kind === 0) mkdirSync(target)
  else if (kind === 1) symlinkSync(random.pick(['/dev/null', '/proc/self/mem', '/nowhere', path]), target)
  else writeFileSync(target, noise(random, random.int(0, MOST_GARBAGE)))
}

const FOREIGN_NAMES = [
  '.DS_Store',
  'lost+found',
  '0.seg',
  '-1.seg',
  '1e3.seg',
  '999999999999.seg',
  'meta.tmp',
  'x.hint',
  '7.bad',
]

/** All that is done to files, by name. */
const MUTATIONS = {
  flipBits,
  flipHeader,
  raiseByte,
  truncate,
  zeroBlocks,
  zeroTail,
  garbage,
  appendGarbage,
  moveBlock,
  swapFiles,
  duplicateFile,
  removeFile,
  removeKind,
  restoreEarlier,
  addForeign,
} as const satisfies Readonly<Record<string, Mutation>>

export type MutationName = keyof typeof MUTATIONS

export const MUTATION_NAMES: readonly MutationName[] = Object.keys(MUTATIONS) as MutationName[]

/** Does one of them to files that are not to be spared; answers which. Nothing happens where there is no file. */
export function mutate(
  directory: string,
  random: Random,
  image: Image,
  names: readonly MutationName[],
  isSpared: (name: MutationName, file: TreeFile) => boolean = () => false,
): MutationName {
  const name = random.pick(names)
  const files = filesBelow(directory).filter((file) => !isSpared(name, file))
  if (files.length > 0) MUTATIONS[name](files as [TreeFile, ...TreeFile[]], random, directory, image)
  return name
}

function flip(content: Buffer, at: number, random: Random): void {
  content[at] = (content[at] as number) ^ (1 << random.int(0, 7))
}

function noise(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.int(0, 255)))
}

/** Without a new file: who has it open sees it. */
function writeInto(path: string, at: number, content: Uint8Array): void {
  const file = openSync(path, 'r+')
  writeSync(file, content, 0, content.length, at)
  closeSync(file)
}

function kindOf({ path }: TreeFile): string {
  return basename(path).replaceAll(/\d+/g, '')
}
