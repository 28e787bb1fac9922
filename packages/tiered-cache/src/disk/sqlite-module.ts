import type { DatabaseSync } from 'node:sqlite'
import { MissingPeerError } from '../errors.ts'

/** The part of `node:sqlite` that is used here. */
export interface SqliteModule {
  readonly DatabaseSync: typeof DatabaseSync
}

const ADVICE =
  'this Node.js was built without it or started with --no-experimental-sqlite; Node.js has it from 22.13 on by default'

/**
 * `node:sqlite`, without the ExperimentalWarning of Node 22, which would come to the stderr of everybody who uses a disk tier.
 * Nothing global is changed when this returns.
 * @throws MissingPeerError where this Node has none.
 */
export function sqliteModule(): SqliteModule {
  const module = withoutWarning(() => process.getBuiltinModule('node:sqlite') as SqliteModule | undefined)
  if (module === undefined) throw new MissingPeerError('node:sqlite', ADVICE, undefined)
  return module
}

/** Node warns in the very call that loads the module, by `process.emitWarning`. */
function withoutWarning<T>(load: () => T): T {
  const usual = Object.getOwnPropertyDescriptor(process, 'emitWarning')
  if (usual?.configurable !== true || typeof usual.value !== 'function') return load()
  const emitWarning = usual.value as (...args: unknown[]) => void
  const value = (...args: unknown[]): void => {
    if (!isAboutSqlite(args)) emitWarning.apply(process, args)
  }
  Object.defineProperty(process, 'emitWarning', { ...usual, value })
  try {
    return load()
  } finally {
    Object.defineProperty(process, 'emitWarning', usual)
  }
}

function isAboutSqlite([warning, kind]: readonly unknown[]): boolean {
  return kind === 'ExperimentalWarning' && typeof warning === 'string' && warning.startsWith('SQLite')
}
